import type { ConnectTarget } from './connect.ts';
import { KnownHosts } from './host-keys/known-hosts-check.ts';
import type { Stop } from './jump-chain.ts';
import type { Login } from './login/login.ts';
import type { HostSettings } from './settings.ts';

/** Makes of a host's settings what connects to it; known_hosts files are read once for all hosts. */
export class TargetMaker {
  readonly #knownHosts = new Map<string, KnownHosts>();

  /** The known_hosts files in use. */
  get knownHosts(): readonly KnownHosts[] {
    return [...this.#knownHosts.values()];
  }

  /** How to reach it without what is on the way. */
  make({ user, settings }: Stop, login: Login): ConnectTarget {
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

  #knownHostsFor({ knownHosts: files, newKeys }: HostSettings): KnownHosts {
    const key = [newKeys, ...files].join('\0');
    const known = this.#knownHosts.get(key) ?? new KnownHosts(files, 'strict', newKeys);
    this.#knownHosts.set(key, known);
    return known;
  }
}
