import { hopText } from '../../inventory/hop.ts';
import type { Login } from '../login/login.ts';
import { SettingsProblem } from '../settings.ts';
import type { Slots } from '../slots.ts';
import { isPlainHost, isPlainJumpUser, isPlainUser } from './plain-names.ts';
import { isQuotable } from './quoted-path.ts';
import type { JumpHostSettings, OpenSshSettings } from './settings.ts';
import { type SshStop, type StopSources, stopsBefore, wayOf } from './stops.ts';

/** What the settings of a host need beyond what is said of it. */
export interface SettingsNeeds {
  readonly sources: StopSources;
  /** Key files that somebody named for a host, absolute. */
  readonly keysOf: (stop: SshStop) => readonly string[];
  readonly loginOf: (stop: SshStop) => Login;
  /** Who logs in through a place at the same time shares it. */
  readonly roomAt: (place: string) => Slots;
}

const QUOTED =
  'name one without quotes, backslashes, "%", "$" and control characters, or use --transport ssh2';
const NAMES =
  'a shell on this controller would read it, as ssh runs one for jump hosts: use --transport ssh2';

/** Names of hosts that stand for themselves as a pattern of `Host`. */
const PLAIN_NAME = /^[\p{L}\p{N}_.:%-]+$/u;

/**
 * What the system's ssh is told of a host. It reads ssh_config by itself: it is told what is decided otherwise here, by the
 * inventory or the command line, for the hosts on the way too.
 *
 * @param user who logs in, where that was found out here.
 * @throws SettingsProblem where ssh cannot be told.
 */
export function openSshSettings(
  target: SshStop,
  user: string | undefined,
  configFile: string | undefined,
  needs: SettingsNeeds,
): OpenSshSettings {
  const { sources, keysOf } = needs;
  const { hostKeyPolicy } = target.settings;
  requirePlain(target, user);
  const stops = stopsBefore(target, sources);
  const places = [...new Set(stops.map(({ settings: { address, port } }) => `${address}:${port}`))].sort();
  return {
    name: target.name,
    ...placeOf(target),
    ...(user === undefined ? {} : { user }),
    ...(configFile === undefined ? {} : { configFile }),
    ...knownHostsOf(target, sources),
    hostKeyPolicy,
    jumpPolicy: sources.given.hostKeyPolicy ?? 'strict',
    identityFiles: keysOf(target),
    proxyJump: wayTo(target, sources),
    jumpHosts: stops.map((stop) => jumpHost(stop, needs)),
    rooms: places.map((place) => needs.roomAt(place)),
  };
}

/** What ssh tells a shell of the last host. */
function requirePlain({ name, connection: { address } }: SshStop, user: string | undefined): void {
  for (const one of [name, address])
    if (!isPlainHost(one)) throw cannotBeTold(`the address ${JSON.stringify(one)}`, NAMES);
  if (user !== undefined && !isPlainUser(user)) throw cannotBeTold(`the user ${JSON.stringify(user)}`, NAMES);
}

function wayTo(stop: SshStop, sources: StopSources): readonly string[] {
  const way = wayOf(stop, sources);
  if (way === 'none') return [way];
  for (const { host, user } of way) {
    if (!isPlainHost(host)) throw cannotBeTold(`the jump host ${JSON.stringify(host)}`, NAMES);
    if (user !== undefined && !isPlainJumpUser(user))
      throw cannotBeTold(`the user ${JSON.stringify(user)} of the jump host ${host}`, NAMES);
  }
  return way.map(hopText);
}

function jumpHost(stop: SshStop, { sources, keysOf, loginOf }: SettingsNeeds): JumpHostSettings {
  const { name, connection, settings } = stop;
  if (!PLAIN_NAME.test(name)) throw cannotBeTold(`the name of the jump host ${JSON.stringify(name)}`);
  const { hostName, port } = placeOf(stop);
  const identityFiles = keysOf(stop);
  if (hostName !== undefined && !PLAIN_NAME.test(hostName))
    throw cannotBeTold(`the address of the jump host ${name}`);
  if (connection.user !== undefined) requireQuotable(connection.user, `the user of the jump host ${name}`);
  for (const path of identityFiles) requireQuotable(path, 'the private key');
  const login = loginOf(stop);
  requireKeys(stop, login);
  return {
    name,
    ...(hostName === undefined ? {} : { hostName }),
    ...(port === undefined ? {} : { port }),
    ...(connection.user === undefined ? {} : { user: connection.user }),
    identityFiles,
    ...knownHostsOf(stop, sources),
    hostKeyPolicy: settings.hostKeyPolicy,
    proxyJump: wayTo(stop, sources),
    login,
  };
}

function placeOf({ name, connection }: SshStop): Pick<OpenSshSettings, 'hostName' | 'port'> {
  const { address, port } = connection;
  return { ...(address === name ? {} : { hostName: address }), ...(port === undefined ? {} : { port }) };
}

function knownHostsOf(stop: SshStop, { given }: StopSources): Pick<OpenSshSettings, 'knownHosts'> {
  const { settings, connection } = stop;
  if ((given.knownHosts ?? connection.knownHostsFile) === undefined) return {};
  for (const path of settings.knownHosts) requireQuotable(path, 'the file of known hosts');
  return { knownHosts: settings.knownHosts };
}

/** ssh asks for the password of a jump host each time that somebody goes through it: it is not handed over. */
function requireKeys({ name, settings }: SshStop, { identities, agent, password, leftOut }: Login): void {
  if (password === undefined || identities.length > 0 || agent !== undefined) return;
  // What cannot be read here may be of use to ssh.
  if (settings.identityFiles !== undefined || leftOut !== undefined) return;
  throw new SettingsProblem(
    `the jump host ${name} has a password and no key: the system's ssh gets the password of the last host only`,
    undefined,
    'give it a key (ansible_ssh_private_key_file of the jump host, IdentityFile in ssh_config, or an agent), or use --transport ssh2',
  );
}

/** What would end the quotes of a name could say anything to the system's ssh, as which program to run. */
function requireQuotable(text: string, what: string): void {
  if (!isQuotable(text)) throw cannotBeTold(`${what} ${JSON.stringify(text)}`);
}

function cannotBeTold(what: string, hint = QUOTED): SettingsProblem {
  return new SettingsProblem(`${what} has a character that the system's ssh cannot be told`, undefined, hint);
}
