import type { Connection } from '../../inventory/connection.ts';
import { type Hop, hopText } from '../../inventory/hop.ts';
import { jumpOfCommand } from '../../inventory/jump-command.ts';
import { EMPTY_CONFIG } from '../config/ssh-config.ts';
import type { HostKeyPolicy } from '../host-keys/known-hosts-check.ts';
import type { FleetLogins } from '../login/fleet-logins.ts';
import { expandHome, type LocalUser, SettingsProblem, settingsOf } from '../settings.ts';
import type { TargetMaker } from '../target-maker.ts';
import type { TargetOptions } from '../target-options.ts';
import type { TargetResult } from '../target-result.ts';
import { isQuotable } from './quoted-path.ts';
import type { OpenSshSettings } from './settings.ts';

/** What the targets of a fleet have in common. */
export interface TargetContext {
  readonly options: TargetOptions;
  readonly self: LocalUser;
  readonly logins: FleetLogins;
  readonly maker: TargetMaker;
}

/**
 * How the system's ssh reaches a host. It reads ssh_config by itself: of that it is only told what is decided otherwise here.
 *
 * @param name the host's in the inventory, by which ssh finds it in ssh_config.
 * @throws SettingsProblem where ssh_config cannot be followed, or ssh cannot be told something.
 */
export function openSshTarget(
  connection: Connection,
  user: string,
  name: string,
  { options, self, logins, maker }: TargetContext,
): TargetResult {
  const { privateKeys, configFile } = options;
  const { address, port, privateKeyFile, knownHostsFile, proxyJump } = connection;
  const given = options.user ?? connection.user;
  const config = options.config?.lookup(name, given) ?? EMPTY_CONFIG;
  // What stands between is ssh's own affair; but the ssh of a ProxyCommand would not be told who is to be trusted.
  const { proxyCommand, jump, ...values } = config.values;
  const asked = proxyCommand === undefined ? undefined : jumpOfCommand(proxyCommand);
  const way = proxyJump.length > 0 ? proxyJump : [asked ?? []].flat();
  const settings = settingsOf(connection, user, { ...config, values }, options, self);
  const login = logins.forHost(connection, settings, true);
  if (!login.ok) return { code: 'private-key', ...login };
  const named = privateKeys.length > 0 ? privateKeys : [privateKeyFile ?? []].flat();
  const ownHosts = options.knownHosts ?? knownHostsFile;
  if (ownHosts !== undefined) settings.knownHosts.forEach(requireQuotable);
  const openSsh: OpenSshSettings = {
    name,
    ...(address === name ? {} : { hostName: address }),
    ...(port === undefined ? {} : { port }),
    ...(given === undefined && values.user === undefined ? {} : { user }),
    ...(configFile === undefined ? {} : { configFile }),
    ...(ownHosts === undefined ? {} : { knownHosts: settings.knownHosts }),
    hostKeyPolicy: settings.hostKeyPolicy,
    jumpPolicy: jumpPolicy(options, way.length > 0 ? way : (jump ?? 'none')),
    identityFiles: named.map((path) => expandHome(path, self.home)),
    proxyJump: way === 'none' ? ['none'] : way.map(hopText),
  };
  return { ok: true, target: { ...maker.make({ connection, user, settings }, login.login), openSsh } };
}

/** One for all hosts on the way, of which not all may be known here: the strictest. */
function jumpPolicy({ hostKeyPolicy, config }: TargetOptions, way: readonly Hop[] | 'none'): HostKeyPolicy {
  if (hostKeyPolicy !== undefined) return hostKeyPolicy;
  const accepts = ({ host, user }: Hop) =>
    config?.lookup(host, user).values.strictHostKeyChecking === 'accept-new';
  return way !== 'none' && way.length > 0 && way.every(accepts) ? 'accept-new' : 'strict';
}

/** What would end the quotes of a name could say anything to the system's ssh, as which program to run. */
function requireQuotable(path: string): void {
  if (isQuotable(path)) return;
  throw new SettingsProblem(
    `the file of known hosts ${JSON.stringify(path)} has a character in its name that the system's ssh cannot be told`,
    undefined,
    'name one without quotes, backslashes, "%", "$" and control characters, or use --transport ssh2',
  );
}
