import { join } from 'node:path';
import type { Connection } from '../../inventory/connection.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { LockedKey } from '../locked-key.ts';
import { expandHome, type HostSettings } from '../settings.ts';
import type { TargetOptions } from '../target-options.ts';
import { type LoginResult, Logins } from './logins.ts';

/** What OpenSSH tries when nobody names a key, in its own order; the last are hardware keys, which are told of. */
const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa', 'id_ed25519_sk', 'id_ecdsa_sk'];

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
    const { password = connection.password } = this.#options;
    return this.#login(connection, settings, { named: this.keysForHost(connection), password, byOpenSsh });
  }

  /** As for a host. */
  forBastion(connection: Connection, settings: HostSettings, byOpenSsh = false): LoginResult {
    const named = this.keysForBastion(connection, settings);
    return this.#login(connection, settings, { named, password: connection.password, byOpenSsh });
  }

  /** Key files that somebody named, absolute. */
  keysForHost(connection: Connection): readonly string[] {
    const { privateKeys } = this.#options;
    return this.#absolute(privateKeys.length > 0 ? privateKeys : ownKey(connection));
  }

  /** What the command line says is meant for the hosts: of one on the way it counts where nothing is said of that. */
  keysForBastion(connection: Connection, { identityFiles }: HostSettings): readonly string[] {
    const own = ownKey(connection);
    const said = own.length > 0 || identityFiles !== undefined;
    return this.#absolute(said ? own : this.#options.privateKeys);
  }

  #absolute(paths: readonly string[]): readonly string[] {
    return paths.map((path) => expandHome(path, this.#home));
  }

  /** Keys behind passphrases that somebody must know, of the logins made so far (`LockedKey.unlock`). */
  needed(): Promise<readonly LockedKey[]> {
    return this.#logins.needed();
  }

  #login(
    { privateKeyPassphrase }: Connection,
    settings: HostSettings,
    { named, password, byOpenSsh }: Wishes,
  ): LoginResult {
    const { identityFiles, certificateFiles, identitiesOnly } = settings;
    const { identityAgent = this.#options.agent } = settings;
    return this.#logins.for({
      named,
      usual: identityFiles ?? DEFAULT_KEYS.map((name) => join(this.#home, '.ssh', name)),
      ...(certificateFiles === undefined ? {} : { certificates: certificateFiles }),
      ...(identityAgent === undefined || identityAgent === 'none' ? {} : { agent: identityAgent }),
      ...(identitiesOnly ? { identitiesOnly } : {}),
      ...(byOpenSsh ? { byOpenSsh } : {}),
      ...(password === undefined ? {} : { password }),
      passphrases: [this.#options.passphrase ?? [], privateKeyPassphrase ?? []].flat(),
    });
  }
}

interface Wishes {
  /** Key files, absolute. */
  readonly named: readonly string[];
  readonly password: Secret | undefined;
  readonly byOpenSsh?: boolean;
}

function ownKey({ privateKeyFile }: Connection): readonly string[] {
  return privateKeyFile === undefined ? [] : [privateKeyFile];
}
