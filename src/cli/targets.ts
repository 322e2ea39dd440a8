import type { Diagnostic } from '../documents/diagnostic.ts';
import { type Connection, connectionOf } from '../inventory/connection.ts';
import { connectionOrigin } from '../inventory/connection-origin.ts';
import type { Inventory, VariableDefinition } from '../inventory/inventory.ts';
import { diagnosticPlace } from '../ssh/config/place.ts';
import type { ReadSshConfigOptions } from '../ssh/config/read.ts';
import type { SshConfig } from '../ssh/config/ssh-config.ts';
import type { ConnectTarget } from '../ssh/connect.ts';
import { fingerprint } from '../ssh/host-keys/fingerprint.ts';
import type { Become } from '../ssh/privilege/become.ts';
import { Targets } from '../ssh/target.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import type { LoginSecrets } from './login-secrets.ts';
import { unlockKeys } from './unlock-keys.ts';

export interface FleetTargets {
  /** By the name of the host. */
  readonly targets: ReadonlyMap<string, ConnectTarget>;
  readonly accepted: () => readonly string[];
  /** Ends the connections to bastions. */
  readonly close: () => Promise<void>;
  /** Makes keys behind passphrases ready, asking where it must; gives what is wrong. */
  readonly unlock: () => Promise<readonly Diagnostic[]>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface FleetSources {
  readonly options: ConnectionArguments;
  readonly config: SshConfig;
  readonly inventory: Inventory | undefined;
  readonly secrets?: LoginSecrets;
  /** How other users are become, by the name of the host. */
  readonly become?: ReadonlyMap<string, Become>;
}

/** How each host is reached; what is wrong with keys and known hosts is told once for all hosts that need them. */
export function createTargets(
  hosts: readonly { readonly host: string; readonly loginUser: string }[],
  connections: ReadonlyMap<string, Connection>,
  { options, config, inventory, secrets = {}, become = new Map() }: FleetSources,
): FleetTargets {
  const agent = process.env.SSH_AUTH_SOCK;
  const { user, knownHosts, hostKeyPolicy, connectTimeout } = options;
  const fleet = new Targets({
    privateKeys: options.privateKeys,
    config,
    inventoryHost: (name) => {
      const host = inventory?.hosts.get(name);
      return connections.get(name) ?? (host && connectionOf(host).connection);
    },
    ...(user === undefined ? {} : { user }),
    ...(hostKeyPolicy === undefined ? {} : { hostKeyPolicy }),
    ...(connectTimeout === undefined ? {} : { timeout: connectTimeout }),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    ...(options.transport === undefined ? {} : { transport: options.transport }),
    ...(options.sshConfig === undefined ? {} : { configFile: options.sshConfig }),
    ...secrets,
    ...(agent === undefined || agent === '' ? {} : { agent }),
  });
  const targets = new Map<string, ConnectTarget>();
  const diagnostics: Diagnostic[] = [];
  for (const { host, loginUser } of hosts) {
    const connection = connections.get(host);
    if (connection === undefined) throw new Error(`no connection is known for ${host}`);
    const result = fleet.target(connection, loginUser, host);
    const ways = become.get(host);
    if (result.ok) targets.set(host, { ...result.target, ...(ways === undefined ? {} : { become: ways }) });
    else {
      const { ok: _, blame, message, place, ...problem } = result;
      const known = inventory?.hosts.get(host);
      const origin = known && blame && connectionOrigin(known, blame);
      diagnostics.push({
        severity: 'error',
        ...problem,
        message: blame === 'proxyJump' && origin ? `${message} (\`${origin.name}\`)` : message,
        ...(origin ? placeOf(origin) : {}),
        ...(place ? diagnosticPlace(place) : {}),
      });
    }
  }
  for (const { severity, message, place } of fleet.notes) {
    diagnostics.push({ severity, code: 'ssh-config', message, ...diagnosticPlace(place) });
  }
  return {
    targets,
    diagnostics,
    accepted: () => acceptedKeys(fleet),
    unlock: () => unlockKeys(fleet),
    close: () => fleet.close(),
  };
}

/** Which files of OpenSSH's configuration the command line asks for. */
export function sshConfigOptions({ sshConfig }: ConnectionArguments): ReadSshConfigOptions {
  return sshConfig === undefined ? {} : { file: sshConfig };
}

function placeOf({ document, path }: VariableDefinition) {
  return { file: document.file, source: document, range: document.locate(path) };
}

function acceptedKeys(fleet: Targets): readonly string[] {
  return fleet.knownHosts.flatMap(({ accepted }) =>
    accepted.map(
      ({ file, hosts, key, keyType }) =>
        `new host key of ${hosts.kind === 'plain' ? hosts.patterns.join(',') : 'a host'} accepted: ${fingerprint(key)} (${keyType}), added to ${file}`,
    ),
  );
}
