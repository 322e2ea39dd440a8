import type { ParsedKey } from 'ssh2';
import type { LockedKey } from '../locked-key.ts';
import type { Agent } from './agent.ts';
import type { LoginPassword } from './password.ts';

/**
 * With what one may log in to a host, as data: what of it is shown, and in which order, depends on what the host accepts
 * (`LoginAttempts`). Shared by all hosts that have the same.
 */
export interface Login {
  /** Keys from files, in the order in which they are offered. */
  readonly identities: readonly Identity[];
  /** Holds the keys of `identities` that are not ready, and further ones. */
  readonly agent?: Agent;
  /** Of the agent's keys only those of `identities` are offered (OpenSSH's IdentitiesOnly). Default false. */
  readonly identitiesOnly?: boolean;
  /** Answers the methods `keyboard-interactive` and `password`. */
  readonly password?: LoginPassword;
  /** Paths of users' certificates, beside keys or named: they cannot be offered here. */
  readonly certificates?: readonly string[];
  /** Something else is there that only OpenSSH itself can use: a FIDO key. */
  readonly needsOpenSsh?: boolean;
  /** What is there and could not be used, each with its reason; told when the login is refused. */
  readonly leftOut?: readonly string[];
}

/** The key of one file. */
export type Identity = ReadyIdentity | LockedIdentity;

export interface ReadyIdentity {
  readonly kind: 'ready';
  /** Path of the file, as people know it. */
  readonly name: string;
  readonly key: ParsedKey;
}

/** Behind a passphrase, or there is only its public half: an agent may hold it. */
export interface LockedIdentity {
  readonly kind: 'locked';
  readonly name: string;
  /** Undefined where the file tells it only to those who have the passphrase. */
  readonly publicKey?: ParsedKey;
  /** The file; missing where there is only the public half. */
  readonly file?: LockedKey;
}
