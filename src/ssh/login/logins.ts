import { existsSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import type { Secret } from '../../secrets/secret.ts';
import { KeyRing, type LoadedKey } from '../keys.ts';
import type { LockedKey } from '../locked-key.ts';
import { Agent } from './agent.ts';
import type { Identity, LockedIdentity, Login } from './login.ts';
import { LoginPassword } from './password.ts';

/** What somebody wants hosts to be logged in to with. */
export interface LoginWishes {
  /** Key files that somebody named: one that cannot be used is an error. Absolute paths. */
  readonly named: readonly string[];
  /** Key files that are tried when none is named: those that cannot be used are left out. */
  readonly usual: readonly string[];
  /** Files of users' certificates that somebody named. Absolute paths. */
  readonly certificates?: readonly string[];
  /** Socket of an agent. */
  readonly agent?: string;
  /** Of the agent's keys only those of the files. */
  readonly identitiesOnly?: boolean;
  readonly password?: Secret;
  /** The system's ssh logs in: what cannot be used here may be there. */
  readonly byOpenSsh?: boolean;
  /** Passphrases that key files may have. */
  readonly passphrases?: readonly Secret[];
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
  /** Every login that was made, and whether its keys were named. */
  readonly #logins: { readonly login: Login; readonly named: boolean }[] = [];

  /** The same wishes give the same login. */
  for(wishes: LoginWishes): LoginResult {
    const { password, passphrases = [], ...rest } = wishes;
    const secrets = [password, ...passphrases].map((secret) => secret?.reveal());
    const key = JSON.stringify([rest, secrets]);
    const made = this.#made.get(key) ?? this.#make(wishes);
    this.#made.set(key, made);
    return made;
  }

  #make(wishes: LoginWishes): LoginResult {
    const { named, usual, agent, identitiesOnly, password } = wishes;
    const identities: Identity[] = [];
    const leftOut: string[] = [];
    let problem: Extract<LoadedKey, { ok: false }> | undefined;
    let hardware = false;
    const paths = named.length > 0 ? named : usual;
    for (const path of paths) {
      const loaded = this.#keys.load(path);
      if (loaded.ok) {
        const { ok: _, ...key } = loaded;
        identities.push({ kind: 'ready', name: path, ...key });
      } else if (loaded.locked !== undefined) {
        for (const passphrase of wishes.passphrases ?? []) loaded.locked.offer(passphrase);
        identities.push(lockedIdentity(path, loaded.locked.publicKey, loaded.locked));
      } else if (loaded.publicKey !== undefined && agent !== undefined) {
        identities.push(lockedIdentity(path, loaded.publicKey));
      } else if (wishes.byOpenSsh !== true && named.length > 0) return refuse(loaded);
      else if (loaded.missing !== true) {
        problem ??= loaded;
        leftOut.push(loaded.message);
        hardware ||= loaded.hardware === true;
      }
    }
    if (
      wishes.byOpenSsh !== true &&
      identities.length === 0 &&
      agent === undefined &&
      password === undefined
    ) {
      return problem === undefined ? nothing(usual.filter((path) => !path.endsWith('_sk'))) : refuse(problem);
    }
    const beside = paths.map((path) => `${path.replace(/\.pub$/, '')}-cert.pub`);
    const certificates = [...beside, ...(wishes.certificates ?? [])].filter((path) => existsSync(path));
    const login: Login = {
      identities,
      ...(certificates.length === 0 ? {} : { certificates: [...new Set(certificates)] }),
      ...(hardware ? { needsOpenSsh: true } : {}),
      ...(agent === undefined ? {} : { agent: this.#agent(agent) }),
      ...(identitiesOnly === undefined ? {} : { identitiesOnly }),
      ...(password === undefined ? {} : { password: this.#password(password) }),
      ...(leftOut.length === 0 ? {} : { leftOut }),
    };
    this.#logins.push({ login, named: named.length > 0 });
    return { ok: true, login };
  }

  /**
   * Keys behind passphrases without which there may be no login: those that somebody named, and others where there is
   * nothing else; not those that an agent holds.
   */
  async needed(): Promise<readonly LockedKey[]> {
    const needed = new Set<LockedKey>();
    for (const { login, named } of this.#logins) {
      const files = await missingFrom(login);
      if (named || (await hasNothingElse(login))) for (const file of files) needed.add(file);
    }
    return [...needed];
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

function lockedIdentity(name: string, publicKey: ParsedKey | undefined, file?: LockedKey): LockedIdentity {
  return {
    kind: 'locked',
    name,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(file === undefined ? {} : { file }),
  };
}

/** The files behind passphrases of a login whose keys its agent does not hold. */
async function missingFrom({ identities, agent }: Login): Promise<readonly LockedKey[]> {
  const files = identities.flatMap((one) =>
    one.kind === 'locked' && one.file !== undefined ? [one.file] : [],
  );
  if (files.length === 0 || agent === undefined) return files;
  const { keys } = await agent.content();
  const held = new Set(keys.map(({ key }) => key.getPublicSSH().toString('base64')));
  return files.filter(({ publicKey }) => !held.has(publicKey?.getPublicSSH().toString('base64') ?? ''));
}

async function hasNothingElse({ identities, agent, password }: Login): Promise<boolean> {
  if (password !== undefined || identities.some(({ kind }) => kind === 'ready')) return false;
  return ((await agent?.content())?.keys.length ?? 0) === 0;
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
