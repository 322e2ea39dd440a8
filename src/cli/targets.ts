import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Connection } from '../inventory/connection.ts';
import { connectionOrigin } from '../inventory/connection-origin.ts';
import type { Inventory, VariableDefinition } from '../inventory/inventory.ts';
import type { ConnectTarget } from '../ssh/connect.ts';
import { fingerprint } from '../ssh/fingerprint.ts';
import type { Become } from '../ssh/privilege/become.ts';
import { Targets } from '../ssh/target.ts';
import type { ConnectionArguments } from './arguments.ts';
import type { LoginSecrets } from './login-secrets.ts';
import { unlockKeys } from './unlock-keys.ts';

export interface FleetTargets {
  /** By the name of the host. */
  readonly targets: ReadonlyMap<string, ConnectTarget>;
  readonly accepted: () => readonly string[];
  /** Makes keys behind passphrases ready, asking where it must; gives what is wrong. */
  readonly unlock: () => Promise<readonly Diagnostic[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** How each host is reached; what is wrong with keys and known hosts is told once for all hosts that need them. */
export function createTargets(
  hosts: readonly { readonly host: string; readonly loginUser: string }[],
  connections: ReadonlyMap<string, Connection>,
  options: ConnectionArguments,
  inventory: Inventory | undefined,
  secrets: LoginSecrets = {},
  become: ReadonlyMap<string, Become> = new Map(),
): FleetTargets {
  const agent = process.env.SSH_AUTH_SOCK;
  const fleet = new Targets({
    privateKeys: options.privateKeys,
    hostKeyPolicy: options.hostKeyPolicy,
    timeout: options.connectTimeout,
    ...(options.knownHosts === undefined ? {} : { knownHosts: options.knownHosts }),
    ...secrets,
    ...(agent === undefined || agent === '' ? {} : { agent }),
  });
  const targets = new Map<string, ConnectTarget>();
  const diagnostics: Diagnostic[] = [];
  for (const { host, loginUser } of hosts) {
    const connection = connections.get(host);
    if (connection === undefined) throw new Error(`no connection is known for ${host}`);
    const result = fleet.target(connection, loginUser);
    const ways = become.get(host);
    if (result.ok) targets.set(host, { ...result.target, ...(ways === undefined ? {} : { become: ways }) });
    else {
      const { ok: _, blame, message, ...problem } = result;
      const known = inventory?.hosts.get(host);
      const origin = known && blame && connectionOrigin(known, blame);
      diagnostics.push({
        severity: 'error',
        ...problem,
        message: blame === 'proxyJump' && origin ? `${message} (\`${origin.name}\`)` : message,
        ...(origin ? placeOf(origin) : {}),
      });
    }
  }
  return { targets, diagnostics, accepted: () => acceptedKeys(fleet), unlock: () => unlockKeys(fleet) };
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
