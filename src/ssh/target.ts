import { join } from 'node:path';
import type { Connection } from '../inventory/connection.ts';
import type { Hop } from '../inventory/hop.ts';
import { processHome, processUser } from '../inventory/process-user.ts';
import type { TransportName } from '../inventory/transports.ts';
import type { Secret } from '../secrets/secret.ts';
import { Bastion, MOST_LOGINS } from './bastion.ts';
import { type Place, placeText } from './config/place.ts';
import { EMPTY_CONFIG, type HostConfig, type SshConfig } from './config/ssh-config.ts';
import type { ConnectTarget } from './connect.ts';
import { jumpChain, type Stop } from './jump-chain.ts';
import { KnownHosts } from './known-hosts-check.ts';
import type { LockedKey } from './locked-key.ts';
import { type LoginResult, Logins } from './login/logins.ts';
import {
  expandHome,
  type GivenSettings,
  type HostSettings,
  type LocalUser,
  SettingsProblem,
  settingsOf,
} from './settings.ts';
import { Slots } from './slots.ts';
import { openSshSettings } from './system/settings-of.ts';
import { type StopSources, sshStop } from './system/stops.ts';

/** What the command line says about connecting; it wins over the inventory, and that over ssh_config. */
export interface TargetOptions extends GivenSettings {
  /** Tried in order. */
  readonly privateKeys: readonly string[];
  /** Who logs in, whatever inventory and ssh_config say. Not at jump hosts, as with ssh. */
  readonly user?: string;
  /** Default: that of the process. */
  readonly home?: string;
  /** Default: as the inventory says, else ssh2. */
  readonly transport?: TransportName;
  /** For the system's ssh: in place of the usual ssh_config. */
  readonly configFile?: string;
  /** Socket of an SSH agent, as in SSH_AUTH_SOCK. */
  readonly agent?: string;
  /** For all hosts that ask for one. */
  readonly password?: Secret;
  /** OpenSSH's client configuration. Default: none. */
  readonly config?: SshConfig;
  /** How the inventory says that a jump host is reached, by its name there. */
  readonly inventoryHost?: (name: string) => Connection | undefined;
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
      /** The line of ssh_config that is to blame. */
      readonly place?: Place;
    };

/** What is said of a line of ssh_config that counts, and is not followed. */
export interface ConfigNote {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place;
}

/** What OpenSSH tries when nobody names a key, in its own order; the last are hardware keys, which are told of. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'];

/** Makes the connection targets of a fleet; keys and known hosts are read once, connections to bastions shared. */
export class Targets {
  readonly #options: TargetOptions;
  readonly #home: string;
  readonly #self: LocalUser;
  readonly #logins = new Logins();
  readonly #knownHosts = new Map<string, KnownHosts>();
  readonly #bastions = new Map<string, Bastion>();
  readonly #hops = new Map<string, Stop>();
  readonly #rooms = new Map<string, Slots>();
  readonly #notes = new Map<string, ConfigNote>();

  constructor(options: TargetOptions) {
    this.#options = options;
    this.#home = options.home ?? processHome();
    this.#self = { home: this.#home, localUser: processUser() ?? '' };
  }

  /** The known_hosts files in use, for what `accept-new` has added to them. */
  get knownHosts(): readonly KnownHosts[] {
    return [...this.#knownHosts.values()];
  }

  /** What is to be said of lines of ssh_config that count for the targets so far, each once. */
  get notes(): readonly ConfigNote[] {
    return [...this.#notes.values()];
  }

  /** Keys behind passphrases that somebody must know, of the targets made so far (`LockedKey.unlock`). */
  lockedKeys(): Promise<readonly LockedKey[]> {
    return this.#logins.needed();
  }

  /**
   * How to reach a host and prove who it is; names are resolved by the system, or the bastion, when connecting.
   *
   * @param name the host's in the inventory, by which the system's ssh finds it in ssh_config. Default: its address.
   */
  target(connection: Connection, user: string, name: string = connection.address): TargetResult {
    if (connection.kind === 'local') {
      const message = 'ansible_connection: local is not supported yet: hosts are reached over SSH only';
      return { ok: false, code: 'connection-unsupported', message, blame: 'connection' };
    }
    const bySsh = (this.#options.transport ?? connection.transport) === 'openssh';
    try {
      if (bySsh) return this.#targetOfSsh(connection, user, name);
      const stop = this.#stop(connection, user, this.#options.user ?? connection.user);
      const login = this.#loginFor(connection, stop.settings, true);
      if (!login.ok) {
        const { ok, ...problem } = login;
        const own = this.#options.privateKeys.length === 0 && connection.privateKeyFile !== undefined;
        return { ok, code: 'private-key', ...problem, ...(own ? { blame: 'privateKeyFile' } : {}) };
      }
      const via = this.#way(stop);
      if (via !== undefined && !(via instanceof Bastion)) return via;
      const target = this.#connectTarget(stop, login);
      return { ok: true, target: via === undefined ? target : { ...target, via } };
    } catch (error) {
      if (!(error instanceof SettingsProblem)) throw error;
      const { message, hint, place } = error;
      return {
        ok: false,
        code: 'ssh-config',
        message,
        ...(hint === undefined ? {} : { hint }),
        ...(place === undefined ? { blame: 'proxyJump' } : { place }),
      };
    }
  }

  /** The system's ssh reads ssh_config by itself: of that it is only told what is decided otherwise here. */
  #targetOfSsh(connection: Connection, user: string, name: string): TargetResult {
    const { configFile, config, inventoryHost } = this.#options;
    const asked = this.#options.user ?? connection.user;
    const sources: StopSources = { given: this.#options, self: this.#self, config, inventoryHost };
    const stop = sshStop(name, connection, { user, asked }, sources);
    const login = this.#loginFor(connection, stop.settings, true, true);
    if (!login.ok) return { code: 'private-key', ...login };
    const found = asked ?? config?.lookup(name, asked).values.user;
    const openSsh = openSshSettings(stop, found === undefined ? undefined : user, configFile, {
      sources,
      keysOf: (one) => this.#namedKeys(one.connection, one.settings, one === stop),
      loginOf: ({ connection: at, settings }) => {
        const loaded = this.#loginFor(at, settings, false, true);
        if (loaded.ok) return loaded.login;
        throw new SettingsProblem(loaded.message, undefined, loaded.hint);
      },
      roomAt: (place) => this.#roomAt(place),
    });
    return { ok: true, target: { ...this.#connectTarget(stop, login), openSsh } };
  }

  #roomAt(place: string): Slots {
    const room = this.#rooms.get(place) ?? new Slots(MOST_LOGINS);
    this.#rooms.set(place, room);
    return room;
  }

  /** Ends the connections to bastions, those behind others first. Never rejects. */
  async close(): Promise<void> {
    for (const bastion of [...this.#bastions.values()].reverse()) await bastion.close();
  }

  /** @param given who logs in, where something stronger than ssh_config says so. */
  #stop(connection: Connection, user: string, given: string | undefined): Stop {
    const config = this.#options.config?.lookup(connection.address, given) ?? EMPTY_CONFIG;
    this.#note(config);
    return {
      connection,
      user,
      settings: settingsOf(connection, user, config, this.#options, this.#self),
    };
  }

  /** A hop of a jump list; the same for all hosts that name it. */
  #hop(hop: Hop, target: Connection): Stop {
    const key = JSON.stringify([hop, target.knownHostsFile]);
    const stop = this.#hops.get(key) ?? this.#findHop(hop, target);
    this.#hops.set(key, stop);
    return stop;
  }

  /** As the inventory knows it, else by its name alone. */
  #findHop(hop: Hop, target: Connection): Stop {
    const known = this.#options.inventoryHost?.(hop.host);
    const { knownHostsFile } = target;
    const byName: Connection = {
      address: hop.host,
      kind: 'ssh',
      proxyJump: [],
      // Who names a file for the keys of a host means those on the way to it too.
      ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
    };
    const base = known ?? byName;
    const connection: Connection = hop.port === undefined ? base : { ...base, port: hop.port };
    const given = hop.user ?? base.user;
    const configured = this.#options.config?.lookup(connection.address, given).values.user;
    const user = given ?? configured ?? processUser();
    if (user === undefined)
      throw new SettingsProblem(`nobody says who logs in to the bastion ${hop.host}`, undefined);
    return this.#stop(connection, user, given);
  }

  /** The bastion that is before a host; undefined where it is reached directly. */
  #way(stop: Stop): Bastion | undefined | Extract<TargetResult, { ok: false }> {
    let via: Bastion | undefined;
    let key = '';
    for (const hop of jumpChain(stop, (next, target) => this.#hop(next, target))) {
      const { address, port, keyName, knownHosts } = hop.settings;
      key = JSON.stringify([key, hop.user, address, port, keyName, knownHosts]);
      let bastion = this.#bastions.get(key);
      if (bastion === undefined) {
        const login = this.#loginFor(hop.connection, hop.settings, false);
        if (!login.ok) {
          const { message } = login;
          const hint =
            'say it in the inventory, with the bastion as a host of it (ansible_user, ansible_ssh_private_key_file, ansible_password), in ssh_config (IdentityFile), or with --private-key; --ask-pass and --password-file are for the hosts alone';
          const told = `the bastion ${hop.user}@${address}: ${message}`;
          return {
            ok: false,
            code: 'private-key',
            message: told,
            blame: 'proxyJump',
            hint,
          };
        }
        const target = this.#connectTarget(hop, login);
        bastion = new Bastion(via === undefined ? target : { ...target, via });
        this.#bastions.set(key, bastion);
      }
      via = bastion;
    }
    return via;
  }

  #connectTarget({ user, settings }: Stop, { login }: Extract<LoginResult, { ok: true }>): ConnectTarget {
    const { address, port, keyName, hostKeyPolicy, timeout, keepalive, keepaliveCount, family } = settings;
    const alias = keyName === undefined ? {} : { alias: keyName };
    return {
      address,
      port,
      user,
      login,
      hostKeys: this.#knownHostsFor(settings).for(address, port, { policy: hostKeyPolicy, ...alias }),
      timeout,
      keepalive,
      keepaliveCount,
      ...(family === undefined ? {} : { family }),
    };
  }

  /** @param whole whether what the command line says is meant for it: it speaks of the hosts, not of those on the way. */
  #loginFor(connection: Connection, settings: HostSettings, whole: boolean, byOpenSsh = false): LoginResult {
    const { identityFiles, certificateFiles, identitiesOnly } = settings;
    const { identityAgent = this.#options.agent } = settings;
    const password = (whole ? this.#options.password : undefined) ?? connection.password;
    return this.#logins.for({
      named: this.#namedKeys(connection, settings, whole),
      usual: identityFiles ?? DEFAULT_KEYS.map((name) => join(this.#home, '.ssh', name)),
      ...(certificateFiles === undefined ? {} : { certificates: certificateFiles }),
      ...(identityAgent === undefined || identityAgent === 'none' ? {} : { agent: identityAgent }),
      ...(identitiesOnly ? { identitiesOnly } : {}),
      ...(byOpenSsh ? { byOpenSsh } : {}),
      ...(password === undefined ? {} : { password }),
      passphrases: [this.#options.passphrase ?? [], connection.privateKeyPassphrase ?? []].flat(),
    });
  }

  /** Key files that somebody named for a host, absolute. */
  #namedKeys(
    { privateKeyFile }: Connection,
    { identityFiles }: HostSettings,
    whole: boolean,
  ): readonly string[] {
    const { privateKeys } = this.#options;
    const own = [privateKeyFile ?? []].flat();
    const onTheWay = own.length > 0 || identityFiles !== undefined ? own : privateKeys;
    const named = whole ? (privateKeys.length > 0 ? privateKeys : own) : onTheWay;
    return named.map((path) => expandHome(path, this.#home));
  }

  #knownHostsFor({ knownHosts: files, newKeys }: HostSettings): KnownHosts {
    const key = [newKeys, ...files].join('\0');
    const known = this.#knownHosts.get(key) ?? new KnownHosts(files, 'strict', newKeys);
    this.#knownHosts.set(key, known);
    return known;
  }

  #note({ values, places, unused }: HostConfig): void {
    for (const { keyword, announced, source, line } of unused) {
      const { severity, says } = announced;
      this.#notes.set(`${source.file}:${line}`, {
        severity,
        message: `${keyword} ${says}`,
        place: { source, line },
      });
    }
    const checking = places.get('strictHostKeyChecking');
    if (values.strictHostKeyChecking !== 'no' || checking === undefined) return;
    if (this.#options.hostKeyPolicy !== undefined) return;
    const message =
      'StrictHostKeyChecking no is not obeyed: hosts whose key is not known, or has changed, are refused';
    this.#notes.set(placeText(checking), { severity: 'warning', message, place: checking });
  }
}
