import { processHome, processUser } from '../controller/process-user.ts';
import type { Connection } from '../inventory/connection.ts';
import { Bastion } from './bastion.ts';
import { Bastions } from './bastions.ts';
import type { ConfigNote } from './config-notes.ts';
import type { KnownHosts } from './host-keys/known-hosts-check.ts';
import type { LockedKey } from './locked-key.ts';
import { FleetLogins } from './login/fleet-logins.ts';
import { type LocalUser, SettingsProblem } from './settings.ts';
import type { Slots } from './slots.ts';
import { Stops } from './stops.ts';
import { openSshTarget } from './system/target.ts';
import { TargetMaker } from './target-maker.ts';
import type { TargetOptions } from './target-options.ts';
import { settingsFailure, type TargetResult } from './target-result.ts';

/** Makes the connection targets of a fleet; keys and known hosts are read once, connections to bastions shared. */
export class Targets {
  readonly #options: TargetOptions;
  readonly #self: LocalUser;
  readonly #stops: Stops;
  readonly #logins: FleetLogins;
  readonly #maker = new TargetMaker();
  readonly #bastions: Bastions;
  readonly #rooms = new Map<string, Slots>();

  constructor(options: TargetOptions) {
    this.#options = options;
    this.#self = { home: options.home ?? processHome(), localUser: processUser() ?? '' };
    this.#stops = new Stops(options, this.#self);
    this.#logins = new FleetLogins(options, this.#self.home);
    this.#bastions = new Bastions(this.#stops, this.#logins, this.#maker);
  }

  /** The known_hosts files in use, for what `accept-new` has added to them. */
  get knownHosts(): readonly KnownHosts[] {
    return this.#maker.knownHosts;
  }

  /** What is to be said of lines of ssh_config that count for the targets so far, each once. */
  get notes(): readonly ConfigNote[] {
    return this.#stops.notes.all;
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
      return bySsh ? this.#targetOfSsh(connection, user, name) : this.#targetOfSsh2(connection, user);
    } catch (error) {
      if (error instanceof SettingsProblem) return settingsFailure(error);
      throw error;
    }
  }

  /** Ends the connections to bastions. Never rejects. */
  close(): Promise<void> {
    return this.#bastions.close();
  }

  #targetOfSsh(connection: Connection, user: string, name: string): TargetResult {
    return openSshTarget(connection, user, name, {
      options: this.#options,
      self: this.#self,
      logins: this.#logins,
      maker: this.#maker,
      rooms: this.#rooms,
    });
  }

  #targetOfSsh2(connection: Connection, user: string): TargetResult {
    const stop = this.#stops.stop(connection, user, this.#options.user ?? connection.user);
    const login = this.#logins.forHost(connection, stop.settings);
    if (!login.ok) {
      const { ok, ...problem } = login;
      const own = this.#options.privateKeys.length === 0 && connection.privateKeyFile !== undefined;
      return { ok, code: 'private-key', ...problem, ...(own ? { blame: 'privateKeyFile' } : {}) };
    }
    const via = this.#bastions.before(stop);
    if (via !== undefined && !(via instanceof Bastion)) return via;
    const target = this.#maker.make(stop, login.login);
    return { ok: true, target: via === undefined ? target : { ...target, via } };
  }
}
