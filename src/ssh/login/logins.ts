import type { Secret } from '../../secrets/secret.ts';
import { KeyRing, type LoadedKey } from '../keys.ts';
import { Agent } from './agent.ts';
import type { Identity, Login } from './login.ts';
import { LoginPassword } from './password.ts';

/** What somebody wants hosts to be logged in to with. */
export interface LoginWishes {
  /** Key files that somebody named: one that cannot be used is an error. Absolute paths. */
  readonly named: readonly string[];
  /** Key files that are tried when none is named: those that cannot be used are left out. */
  readonly usual: readonly string[];
  /** Socket of an agent. */
  readonly agent?: string;
  /** Of the agent's keys only those of the files. */
  readonly identitiesOnly?: boolean;
  readonly password?: Secret;
}

export type LoginResult =
  | { readonly ok: true; readonly login: Login }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/** Makes the logins of a fleet: each key file is read once, each agent asked once, each password tried once at a host. */
export class Logins {
  readonly #keys = new KeyRing();
  readonly #agents = new Map<string, Agent>();
  readonly #passwords = new Map<string, LoginPassword>();
  readonly #made = new Map<string, LoginResult>();

  /** The same wishes give the same login. */
  for(wishes: LoginWishes): LoginResult {
    const { password, ...rest } = wishes;
    const key = JSON.stringify([rest, password?.reveal()]);
    const made = this.#made.get(key) ?? this.#make(wishes);
    this.#made.set(key, made);
    return made;
  }

  #make(wishes: LoginWishes): LoginResult {
    const { named, usual, agent, identitiesOnly, password } = wishes;
    const identities: Identity[] = [];
    const leftOut: string[] = [];
    let problem: Extract<LoadedKey, { ok: false }> | undefined;
    for (const path of named.length > 0 ? named : usual) {
      const loaded = this.#keys.load(path);
      if (loaded.ok) identities.push({ kind: 'ready', name: path, key: loaded.key });
      else if (loaded.encrypted === true && agent !== undefined) {
        const { publicKey } = loaded;
        identities.push({ kind: 'locked', name: path, ...(publicKey === undefined ? {} : { publicKey }) });
      } else if (named.length > 0) return refuse(loaded);
      else if (loaded.missing !== true) {
        problem ??= loaded;
        leftOut.push(loaded.message);
      }
    }
    if (identities.length === 0 && agent === undefined && password === undefined) {
      return problem === undefined ? nothing(usual) : refuse(problem);
    }
    return {
      ok: true,
      login: {
        identities,
        ...(agent === undefined ? {} : { agent: this.#agent(agent) }),
        ...(identitiesOnly === undefined ? {} : { identitiesOnly }),
        ...(password === undefined ? {} : { password: this.#password(password) }),
        ...(leftOut.length === 0 ? {} : { leftOut }),
      },
    };
  }

  #agent(socket: string): Agent {
    const agent = this.#agents.get(socket) ?? new Agent(socket);
    this.#agents.set(socket, agent);
    return agent;
  }

  #password(secret: Secret): LoginPassword {
    const password = this.#passwords.get(secret.reveal()) ?? new LoginPassword(secret);
    this.#passwords.set(secret.reveal(), password);
    return password;
  }
}

function refuse({ message, hint }: { readonly message: string; readonly hint?: string }): LoginResult {
  return { ok: false, message, ...(hint === undefined ? {} : { hint }) };
}

function nothing(usual: readonly string[]): LoginResult {
  return {
    ok: false,
    message: `there is nothing to log in with: no agent (SSH_AUTH_SOCK), no password, and no key in ${usual.join(', ')}`,
    hint: 'name a key with --private-key or ansible_ssh_private_key_file, make one with ssh-keygen -t ed25519, or give a password with --ask-pass',
  };
}
