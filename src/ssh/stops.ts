import { processUser } from '../controller/process-user.ts';
import type { Connection } from '../inventory/connection.ts';
import type { Hop } from '../inventory/hop.ts';
import { EMPTY_CONFIG } from './config/ssh-config.ts';
import { ConfigNotes } from './config-notes.ts';
import { hopConnection } from './hop-connection.ts';
import type { Stop } from './jump-chain.ts';
import { type LocalUser, SettingsProblem, settingsOf } from './settings.ts';
import type { TargetOptions } from './target-options.ts';

/** How hosts and the jump hosts before them are reached, by command line, inventory and ssh_config. */
export class Stops {
  /** What is to be said of the lines of ssh_config that were used. */
  readonly notes: ConfigNotes;
  readonly #options: TargetOptions;
  readonly #self: LocalUser;
  readonly #hops = new Map<string, Stop>();

  constructor(options: TargetOptions, self: LocalUser) {
    this.#options = options;
    this.#self = self;
    this.notes = new ConfigNotes(options.hostKeyPolicy !== undefined);
  }

  /**
   * @param given who logs in, where something stronger than ssh_config says so.
   * @throws SettingsProblem where ssh_config cannot be followed.
   */
  stop(connection: Connection, user: string, given: string | undefined): Stop {
    const config = this.#options.config?.lookup(connection.address, given) ?? EMPTY_CONFIG;
    this.notes.add(config);
    return { connection, user, settings: settingsOf(connection, user, config, this.#options, this.#self) };
  }

  /** A hop of a jump list; the same for all hosts that name it. */
  hop(hop: Hop, target: Connection): Stop {
    const key = JSON.stringify([hop, target.knownHostsFile]);
    const stop = this.#hops.get(key) ?? this.#findHop(hop, target);
    this.#hops.set(key, stop);
    return stop;
  }

  #findHop(hop: Hop, target: Connection): Stop {
    const connection = hopConnection(hop, target, this.#options.inventoryHost);
    const given = hop.user ?? connection.user;
    const configured = this.#options.config?.lookup(connection.address, given).values.user;
    const user = given ?? configured ?? processUser();
    if (user === undefined)
      throw new SettingsProblem(`nobody says who logs in to the bastion ${hop.host}`, undefined);
    return this.stop(connection, user, given);
  }
}
