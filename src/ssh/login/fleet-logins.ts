import { join } from 'node:path';
import type { Connection } from '../../inventory/connection.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { LockedKey } from '../locked-key.ts';
import { expandHome, type HostSettings } from '../settings.ts';
import type { TargetOptions } from '../target-options.ts';
import { type LoginResult, Logins } from './logins.ts';

/** OpenSSH's own order; what it tries when nobody names a key. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** With what the hosts of a fleet are logged in to: what the command line, the inventory and ssh_config say of keys and passwords. */
export class FleetLogins {
  readonly #options: TargetOptions;
  readonly #home: string;
  readonly #logins = new Logins();

  constructor(options: TargetOptions, home: string) {
    this.#options = options;
    this.#home = home;
  }

  /** @param byOpenSsh the system's ssh logs in: what cannot be used here may be there. */
  forHost(connection: Connection, settings: HostSettings, byOpenSsh = false): LoginResult {
    const { privateKeys, password = connection.password } = this.#options;
    return this.#login(connection, settings, {
      named: privateKeys.length > 0 ? privateKeys : ownKey(connection),
      password,
      byOpenSsh,
    });
  }

  /** What the command line says is meant for the hosts: of one on the way it counts where nothing is said of that. */
  forBastion(connection: Connection, settings: HostSettings): LoginResult {
    const own = ownKey(connection);
    const said = own.length > 0 || settings.identityFiles !== undefined;
    return this.#login(connection, settings, {
      named: said ? own : this.#options.privateKeys,
      password: connection.password,
    });
  }

  /** Keys behind passphrases that somebody must know, of the logins made so far (`LockedKey.unlock`). */
  needed(): Promise<readonly LockedKey[]> {
    return this.#logins.needed();
  }

  #login(
    { privateKeyPassphrase }: Connection,
    { identityFiles, identitiesOnly, identityAgent = this.#options.agent }: HostSettings,
    { named, password, byOpenSsh }: Wishes,
  ): LoginResult {
    return this.#logins.for({
      named: named.map((path) => expandHome(path, this.#home)),
      usual: identityFiles ?? DEFAULT_KEYS.map((name) => join(this.#home, '.ssh', name)),
      ...(identityAgent === undefined || identityAgent === 'none' ? {} : { agent: identityAgent }),
      ...(identitiesOnly ? { identitiesOnly } : {}),
      ...(byOpenSsh ? { byOpenSsh } : {}),
      ...(password === undefined ? {} : { password }),
      passphrases: [this.#options.passphrase ?? [], privateKeyPassphrase ?? []].flat(),
    });
  }
}

interface Wishes {
  /** Key files, as written. */
  readonly named: readonly string[];
  readonly password: Secret | undefined;
  readonly byOpenSsh?: boolean;
}

function ownKey({ privateKeyFile }: Connection): readonly string[] {
  return privateKeyFile === undefined ? [] : [privateKeyFile];
}
