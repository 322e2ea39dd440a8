import { join } from 'node:path';
import type { Connection } from '../inventory/connection.ts';
import { processHome } from '../inventory/process-user.ts';
import type { Secret } from '../secrets/secret.ts';
import type { ConnectTarget } from './connect.ts';
import { type HostKeyPolicy, KnownHosts } from './known-hosts-check.ts';
import type { LockedKey } from './locked-key.ts';
import { type LoginResult, Logins } from './login/logins.ts';

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
  /** For all hosts that ask for one. */
  readonly password?: Secret;
  /** Of key files that have one. */
  readonly passphrase?: Secret;
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
  readonly #logins = new Logins();
  readonly #knownHosts = new Map<string, KnownHosts>();

  constructor(options: TargetOptions) {
    this.#options = options;
    this.#home = options.home ?? processHome();
  }

  /** The known_hosts files in use, for what `accept-new` has added to them. */
  get knownHosts(): readonly KnownHosts[] {
    return [...this.#knownHosts.values()];
  }

  /** Keys behind passphrases that somebody must know, of the targets made so far (`LockedKey.unlock`). */
  lockedKeys(): Promise<readonly LockedKey[]> {
    return this.#logins.needed();
  }

  /** How to reach a host and prove who it is; names are resolved by the system when connecting. */
  target(connection: Connection, user: string): TargetResult {
    const unsupported = notSupported(connection);
    if (unsupported !== undefined) return { ok: false, code: 'connection-unsupported', ...unsupported };
    const { privateKeys, timeout } = this.#options;
    const login = this.#loginFor(connection);
    if (!login.ok) {
      const { ok, ...problem } = login;
      const own = privateKeys.length === 0 && connection.privateKeyFile !== undefined;
      return { ok, code: 'private-key', ...problem, ...(own ? { blame: 'privateKeyFile' } : {}) };
    }
    const { address, port = 22 } = connection;
    return {
      ok: true,
      target: {
        address,
        port,
        user,
        login: login.login,
        hostKeys: this.#knownHostsFor(connection).for(address, port),
        timeout,
        keepalive: KEEPALIVE,
      },
    };
  }

  #loginFor(connection: Connection): LoginResult {
    const { privateKeys, agent } = this.#options;
    const named = privateKeys.length > 0 ? privateKeys : [connection.privateKeyFile ?? []].flat();
    const password = this.#options.password ?? connection.password;
    return this.#logins.for({
      named: named.map((path) => this.#expand(path)),
      usual: DEFAULT_KEYS.map((name) => join(this.#home, '.ssh', name)),
      ...(agent === undefined ? {} : { agent }),
      ...(password === undefined ? {} : { password }),
      passphrases: [this.#options.passphrase ?? [], connection.privateKeyPassphrase ?? []].flat(),
    });
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
