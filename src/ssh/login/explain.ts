import type { ConnectionFailure } from '../errors.ts';
import { fingerprint } from '../host-keys/fingerprint.ts';
import type { Attempt, LoginRecord } from './record.ts';

/** Keys that are named in one message. */
const MOST_NAMES = 6;

/**
 * Why a host has let nobody in: what was shown to it, what it accepts, and what to do.
 *
 * @param where address and port.
 * @param said what the host said when it ended the connection, if it did.
 */
export function explainRefusal(
  record: LoginRecord,
  where: string,
  user: string,
  said?: string,
): ConnectionFailure {
  record.ended();
  const tooMany = said !== undefined && /too many authentication failures/i.test(said);
  const facts = [
    tooMany ? `after ${plural(record.refused.length, 'try', 'tries')} ("${said}")` : undefined,
    record.accepted.length === 0 ? undefined : `it was content with ${list(record.accepted)}, and wants more`,
    record.refused.length === 0 ? undefined : `it refused ${list(record.refused)}`,
    record.refused.length + record.accepted.length === 0
      ? 'there was nothing to offer that it accepts'
      : undefined,
    questions(record),
    record.methods === undefined ? undefined : `it accepts ${words(record.methods)}`,
    said === undefined || tooMany ? undefined : `it said "${said}"`,
    ...leftOut(record),
  ].filter((fact) => fact !== undefined);
  return {
    kind: 'login-refused',
    message: `${where} refused the login of "${user}": ${facts.join('; ')}`,
    hint: hint(record, user, tooMany),
  };
}

function hint(record: LoginRecord, user: string, tooMany: boolean): string {
  const { methods, login } = record;
  const takesKeys = methods?.includes('publickey') !== false;
  const takesPasswords = methods?.some(
    (method) => method !== 'publickey' && /password|keyboard/.test(method),
  );
  if (tooMany || record.keptBack.length > 0) {
    return 'a host ends the connection after so many tries (MaxAuthTries): name the right key with --private-key or ansible_ssh_private_key_file, and offer no others of the agent with `IdentitiesOnly yes` in ssh_config or with SSH_AUTH_SOCK= before the command';
  }
  if (record.questions !== undefined) {
    return 'codes and other questions than for the one password cannot be answered here: log in with a key, or with an account that needs none of these';
  }
  if (record.passwordSent || record.passwordKeptBack) {
    return `is it the password of "${user}" there, and may ${user} log in with one (PermitRootLogin, AllowUsers)? A refused password is not tried again in this run, as accounts lock`;
  }
  if (login.password === undefined && takesPasswords === true && (!takesKeys || record.accepted.length > 0)) {
    return 'give the password with --ask-pass, --password-file or ansible_password';
  }
  if (login.password !== undefined && takesPasswords === false) {
    return `the host takes no password: put a public key into ${user}'s authorized_keys there, and name its private key with --private-key`;
  }
  if (record.needsOpenSsh || login.needsOpenSsh === true || login.certificates !== undefined) {
    return "--transport openssh logs in with the system's ssh, which can use FIDO keys and certificates";
  }
  if (!takesKeys && takesPasswords !== true) {
    return `none of these methods is known here: --transport openssh leaves the login to the system's ssh`;
  }
  return `the offered keys are not in ${user}'s authorized_keys there, or the account may not log in; set ansible_user and ansible_ssh_private_key_file${takesPasswords === true && login.password === undefined ? ', or give a password (--ask-pass)' : ''}`;
}

function questions({ questions: asked }: LoginRecord): string | undefined {
  if (asked === undefined) return undefined;
  return `it asked for more than one password: ${asked.map((question) => `"${question}"`).join(', ')}`;
}

function leftOut(record: LoginRecord): readonly string[] {
  const { keptBack, login, passwordKeptBack, unable } = record;
  return [
    ...(passwordKeptBack ? ['its password was refused there before, and was not tried again'] : []),
    ...(keptBack.length > 0 ? [`not offered any more: ${some(keptBack)}`] : []),
    ...unable,
    ...(login.certificates ?? []).map((path) => `the certificate ${path} was not offered`),
    ...(login.leftOut ?? []),
  ];
}

function list(attempts: readonly Attempt[]): string {
  const keys = attempts.flatMap(({ name, key }) =>
    name === undefined || key === undefined ? [] : [`${name} (${fingerprint(key.getPublicSSH())})`],
  );
  const others = attempts.flatMap(({ method }) =>
    method === 'publickey'
      ? []
      : [method === 'password' ? 'the password' : 'the password (keyboard-interactive)'],
  );
  const named = keys.length === 0 ? [] : [`${keys.length === 1 ? 'the key' : 'the keys'} ${some(keys)}`];
  return [...named, ...others].join(' and ');
}

function some(names: readonly string[]): string {
  const left = names.length - MOST_NAMES;
  return left > 1 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${left} more` : names.join(', ');
}

function words(methods: readonly string[]): string {
  return methods.length === 0 ? 'nothing more' : methods.join(', ');
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
