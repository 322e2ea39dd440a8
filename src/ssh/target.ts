import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import type { Connection } from '../inventory/connection.ts';
import { processHome } from '../inventory/process-user.ts';
import type { ConnectTarget } from './connect.ts';
import { KeyRing } from './keys.ts';
import { type HostKeyPolicy, KnownHosts } from './known-hosts-check.ts';

/** What the command line says about connecting; it wins over the inventory. */
export interface TargetOptions {
  /** Tried in order. */
  readonly privateKeys: readonly string[];
  readonly knownHosts?: string;
  readonly hostKeyPolicy: HostKeyPolicy;
  /** Milliseconds for TCP, handshake and login together. */
  readonly timeout: number;
  /** Default: that of the process. */
  readonly home?: string;
  /** Socket of an SSH agent, as in SSH_AUTH_SOCK. */
  readonly agent?: string;
}

export type TargetResult =
  | { readonly ok: true; readonly target: ConnectTarget }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly hint?: string;
      /** What of the connection is to blame, where it is not the command line or the home directory. */
      readonly blame?: 'connection' | 'proxyJump' | 'privateKeyFile';
    };

/** OpenSSH's own order; what it tries when nobody names a key. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const SYSTEM_KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts';
/** Milliseconds between keepalives: a host that fell silent is found after three. */
const KEEPALIVE = 10_000;

/** Makes the connection targets of a fleet; keys and known hosts are read once and shared. */
export class Targets {
  readonly #options: TargetOptions;
  readonly #home: string;
  readonly #keys = new KeyRing();
  readonly #knownHosts = new Map<string, KnownHosts>();

  constructor(options: TargetOptions) {
    this.#options = options;
    this.#home = options.home ?? processHome();
  }

  /** The known_hosts files in use, for what `accept-new` has added to them. */
  get knownHosts(): readonly KnownHosts[] {
    return [...this.#knownHosts.values()];
  }

  /** How to reach a host and prove who it is; names are resolved by the system when connecting. */
  target(connection: Connection, user: string): TargetResult {
    const unsupported = notSupported(connection);
    if (unsupported !== undefined) return { ok: false, code: 'connection-unsupported', ...unsupported };
    const keys = this.#keysFor(connection);
    if (!('keys' in keys)) {
      const own = this.#options.privateKeys.length === 0 && connection.privateKeyFile !== undefined;
      return { ok: false, code: 'private-key', ...keys, ...(own ? { blame: 'privateKeyFile' } : {}) };
    }
    const { agent, timeout } = this.#options;
    const { address, port = 22 } = connection;
    return {
      ok: true,
      target: {
        address,
        port,
        user,
        keys: keys.keys,
        ...(agent === undefined ? {} : { agent }),
        hostKeys: this.#knownHostsFor(connection).for(address, port),
        timeout,
        keepalive: KEEPALIVE,
      },
    };
  }

  #keysFor(connection: Connection): { keys: readonly ParsedKey[] } | { message: string; hint?: string } {
    const { privateKeys, agent } = this.#options;
    const named = privateKeys.length > 0 ? privateKeys : [connection.privateKeyFile ?? []].flat();
    return named.length > 0 ? this.#namedKeys(named, agent) : this.#defaultKeys(agent);
  }

  /** Keys that someone asked for: one that cannot be used is an error. */
  #namedKeys(paths: readonly string[], agent: string | undefined) {
    const keys: ParsedKey[] = [];
    for (const path of paths) {
      const loaded = this.#keys.load(this.#expand(path));
      if (loaded.ok) keys.push(loaded.key);
      else if (loaded.encrypted !== true || agent === undefined) return problem(loaded.message, loaded.hint);
    }
    return { keys };
  }

  /** Keys that happen to be there: those that cannot be used are left out, unless nothing else is left. */
  #defaultKeys(agent: string | undefined) {
    const loaded = DEFAULT_KEYS.map((name) => this.#keys.load(join(this.#home, '.ssh', name)));
    const keys = loaded.flatMap((one) => (one.ok ? [one.key] : []));
    if (keys.length > 0 || agent !== undefined) return { keys };
    const broken = loaded.find((one) => !one.ok && one.missing !== true);
    if (broken !== undefined && !broken.ok) return problem(broken.message, broken.hint);
    return problem(
      `there is no key to log in with: no agent (SSH_AUTH_SOCK), and none of ${DEFAULT_KEYS.join(', ')} in ${join(this.#home, '.ssh')}`,
      'name one with --private-key or ansible_ssh_private_key_file, or make one with ssh-keygen -t ed25519',
    );
  }

  #knownHostsFor(connection: Connection): KnownHosts {
    const named = this.#options.knownHosts ?? connection.knownHostsFile;
    const files =
      named === undefined
        ? [join(this.#home, '.ssh', 'known_hosts'), SYSTEM_KNOWN_HOSTS]
        : [this.#expand(named)];
    const key = files.join('\0');
    const known = this.#knownHosts.get(key) ?? new KnownHosts(files, this.#options.hostKeyPolicy);
    this.#knownHosts.set(key, known);
    return known;
  }

  #expand(path: string): string {
    return path === '~' || path.startsWith('~/') ? join(this.#home, path.slice(1)) : path;
  }
}

function notSupported({ kind, proxyJump }: Connection) {
  if (kind === 'local') {
    const message = 'ansible_connection: local is not supported yet: hosts are reached over SSH only';
    return { message, blame: 'connection' } as const;
  }
  if (proxyJump.length === 0) return undefined;
  return { message: 'a jump host is not supported yet', blame: 'proxyJump' } as const;
}

function problem(message: string, hint: string | undefined): { message: string; hint?: string } {
  return { message, ...(hint === undefined ? {} : { hint }) };
}
