import type { BecomeMethod } from '../../inventory/become-methods.ts';
import { cutText } from '../../secrets/cut-text.ts';
import type { ConnectionFailure } from '../errors.ts';

/** Why a shell of an acting user did not start, or ended. */
export interface Refusal {
  readonly failure: ConnectionFailure;
  /** What may be tried instead, or be found out about it. */
  readonly lacks?: 'terminal' | 'program';
  /** A password, if one was asked for, was the right one. */
  readonly passwordTaken?: true;
}

export interface Attempt {
  readonly method: BecomeMethod;
  readonly loginUser: string;
  readonly user: string;
}

interface Rule {
  /** In what sudo, su or doas say with LC_ALL=C. */
  readonly pattern: RegExp;
  readonly lacks?: Refusal['lacks'];
  readonly passwordTaken?: true;
  readonly why: (attempt: Attempt) => string;
  readonly hint: (attempt: Attempt) => string;
}

const PASSWORD_HINT =
  'give it with --ask-become-pass (-K), --become-password-file or ansible_become_password, or allow it without one';

/** The first that fits counts. */
const RULES: readonly Rule[] = [
  {
    pattern: /must have a tty|must be run from a terminal|a tty is required|\/dev\/tty/i,
    lacks: 'terminal',
    why: ({ method }) => `${method} insists on a terminal there, and does not take the one it was given`,
    hint: ({ method }) =>
      method === 'sudo' ? 'take "Defaults requiretty" out of its sudoers' : 'use sudo or su instead',
  },
  {
    pattern: /password is required|authentication required|a terminal is required/i,
    why: ({ method, loginUser }) =>
      method === 'su' ? 'su asks for a password' : `${method} asks "${loginUser}" for a password there`,
    hint: ({ method, loginUser, user }) =>
      method === 'sudo'
        ? `${PASSWORD_HINT} (a file in /etc/sudoers.d with "${loginUser} ALL=(${user === 'root' ? 'ALL' : user}) NOPASSWD: ALL")`
        : PASSWORD_HINT,
  },
  {
    pattern: /unknown user|user \S+ does not exist|does not exist|No passwd entry/i,
    why: ({ user }) => `there is no user "${user}" there`,
    hint: ({ user }) => `add a "user: {name: ${user}}" step before, or correct become_user`,
  },
  {
    pattern:
      /incorrect password|authentication failure|sorry, try again|authentication failed|incorrect password attempt/i,
    why: ({ method, user, loginUser }) =>
      method === 'su'
        ? `${method} did not take the password (su wants that of "${user}")`
        : `${method} did not take the password of "${loginUser}"`,
    hint: ({ method }) =>
      method !== 'sudo'
        ? 'it was tried once and is not tried again, as accounts lock: correct the password'
        : 'it was tried once and is not tried again, as accounts lock: correct the password (with "Defaults targetpw" or "rootpw" sudo wants that of the other user)',
  },
  {
    pattern: /not in the sudoers|not allowed to|may not run|Operation not permitted/i,
    passwordTaken: true,
    why: ({ method, loginUser, user }) => `${method} does not let "${loginUser}" act as "${user}"`,
    hint: ({ loginUser, user }) =>
      `add a file to /etc/sudoers.d with "${loginUser} ALL=(${user === 'root' ? 'ALL' : user}) ALL", or with "NOPASSWD: ALL"; or log in as ${user}`,
  },
  {
    pattern: /su: Permission denied/,
    why: ({ user, loginUser }) =>
      `su did not take the password (it wants that of "${user}"), or does not let "${loginUser}" use it`,
    hint: () =>
      'it was tried once and is not tried again, as accounts lock: correct the password, or use sudo',
  },
  {
    pattern: /(?:env|exec|sh)\b.*(?:not found|No such file)/i,
    lacks: 'program',
    why: ({ method }) => `there is no ${method} there`,
    hint: ({ method, user }) => `install ${method}, log in as ${user}, or leave "become" out`,
  },
];

/** Whether it was the program for becoming another user that has said this. */
export function isRefusal({ method }: Attempt, said: string): boolean {
  return said.includes(`${method}: `) || RULES.some(({ pattern }) => pattern.test(said));
}

/**
 * @param said what came last on the streams, without marks.
 * @param code exit status; undefined when there was none.
 */
export function refusalOf(attempt: Attempt, said: string, code: number | undefined): Refusal {
  const { method, loginUser, user } = attempt;
  const rule = RULES.find(({ pattern }) => pattern.test(said));
  const why = rule?.why(attempt) ?? `${method} refused, with status ${code ?? 'unknown'}`;
  return {
    failure: {
      kind: 'privilege',
      message: `"${loginUser}" may not become "${user}" with ${method}: ${why}${quoted(said)}`,
      hint:
        rule?.hint(attempt) ??
        `let "${loginUser}" act as "${user}" there, log in as ${user}, or leave "become" out`,
    },
    ...(rule?.lacks === undefined ? {} : { lacks: rule.lacks }),
    ...(rule?.passwordTaken === undefined ? {} : { passwordTaken: true }),
  };
}

/** The program insists on a terminal, and the SSH server gives none. */
export function noTerminal({ method, loginUser, user }: Attempt): Refusal {
  return {
    failure: {
      kind: 'privilege',
      message: `"${loginUser}" may not become "${user}" with ${method}: ${method} insists on a terminal there, and sshd gives none`,
      hint: `${method === 'sudo' ? 'take "Defaults requiretty" out of its sudoers' : 'use sudo or su instead'}, or "PermitTTY no" out of sshd_config (or "restrict" and "no-pty" out of authorized_keys)`,
    },
  };
}

/** The last of what was said, as an addition to a message. */
export function quoted(said: string): string {
  // sudo names the whole command that it does not allow.
  const lines = said
    .replace(/ execute '[^']*' as /g, " execute '/bin/sh' as ")
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? '' : ` (it said: ${cutText(lines.slice(-3).join(' / '), 300, 'end')})`;
}

/** Tells beside a missing program what the host has in its place. */
export function withAlternatives(failure: ConnectionFailure, found: readonly string[]): ConnectionFailure {
  const there =
    found.length === 0
      ? 'it has none of sudo, su and doas'
      : `it has ${found.join(' and ')}: set become_method (ansible_become_method, --become-method) to ${found.length === 1 ? 'that' : 'one of them'}`;
  return { ...failure, hint: `${there}; or ${failure.hint}` };
}
