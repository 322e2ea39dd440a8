import { Bastion } from './bastion.ts';
import { jumpChain, type Stop } from './jump-chain.ts';
import type { FleetLogins } from './login/fleet-logins.ts';
import type { Stops } from './stops.ts';
import type { TargetMaker } from './target-maker.ts';
import type { TargetFailure } from './target-result.ts';

/** The connections to bastions, which all hosts behind them share. */
export class Bastions {
  readonly #stops: Stops;
  readonly #logins: FleetLogins;
  readonly #maker: TargetMaker;
  readonly #bastions = new Map<string, Bastion>();

  constructor(stops: Stops, logins: FleetLogins, maker: TargetMaker) {
    this.#stops = stops;
    this.#logins = logins;
    this.#maker = maker;
  }

  /**
   * The bastion that is before a host; undefined where it is reached directly.
   *
   * @throws SettingsProblem where ssh_config cannot be followed, or hosts go round in a circle.
   */
  before(stop: Stop): Bastion | undefined | TargetFailure {
    let via: Bastion | undefined;
    let key = '';
    for (const hop of jumpChain(stop, (next, target) => this.#stops.hop(next, target))) {
      const { address, port, keyName, knownHosts } = hop.settings;
      key = JSON.stringify([key, hop.user, address, port, keyName, knownHosts]);
      const bastion = this.#bastions.get(key) ?? this.#make(hop, via);
      if (!(bastion instanceof Bastion)) return bastion;
      this.#bastions.set(key, bastion);
      via = bastion;
    }
    return via;
  }

  /** Ends the connections, those behind others first. Never rejects. */
  async close(): Promise<void> {
    for (const bastion of [...this.#bastions.values()].reverse()) await bastion.close();
  }

  #make(hop: Stop, via: Bastion | undefined): Bastion | TargetFailure {
    const login = this.#logins.forBastion(hop.connection, hop.settings);
    if (!login.ok) {
      return {
        ok: false,
        code: 'private-key',
        message: `the bastion ${hop.user}@${hop.settings.address}: ${login.message}`,
        blame: 'proxyJump',
        hint: 'say it in the inventory, with the bastion as a host of it (ansible_user, ansible_ssh_private_key_file, ansible_password), in ssh_config (IdentityFile), or with --private-key; --ask-pass and --password-file are for the hosts alone',
      };
    }
    const target = this.#maker.make(hop, login.login);
    return new Bastion(via === undefined ? target : { ...target, via });
  }
}
