import { describe, expect, test } from 'vitest';
import { type EffectiveValues, type SshLogin, sshRefusal } from './admission.ts';

const ROOT: SshLogin = {
  user: 'root',
  groups: ['root'],
  client: '10.0.0.9',
  server: '10.0.0.1',
  port: 22,
  methods: ['publickey'],
};
const OPS: SshLogin = { ...ROOT, user: 'ops', groups: ['ops', 'sudo'] };

/** What `sshd -T` prints of a Debian host, as far as it matters here. */
const DEBIAN: Readonly<Record<string, readonly string[]>> = {
  listenaddress: ['[::]:22', '0.0.0.0:22'],
  permitrootlogin: ['without-password'],
  pubkeyauthentication: ['yes'],
  passwordauthentication: ['yes'],
  kbdinteractiveauthentication: ['no'],
  authenticationmethods: ['any'],
  authorizedkeysfile: ['.ssh/authorized_keys .ssh/authorized_keys2'],
  forcecommand: ['none'],
  maxsessions: ['10'],
};

function values(changed: Readonly<Record<string, readonly string[]>>): EffectiveValues {
  return new Map(Object.entries({ ...DEBIAN, ...changed }));
}

const by = (changed: Readonly<Record<string, readonly string[]>>, login: SshLogin, before = values({})) =>
  sshRefusal(values(changed), before, login)?.by;

test('a host as Debian makes it lets both in', () => {
  expect(by({}, ROOT)).toBeUndefined();
  expect(by({}, OPS)).toBeUndefined();
});

describe('who', () => {
  test.each([
    ['root', { permitrootlogin: ['no'] }, ROOT, 'PermitRootLogin no'],
    [
      'root, by a command only',
      { permitrootlogin: ['forced-commands-only'] },
      ROOT,
      'PermitRootLogin forced-commands-only',
    ],
    ['not root', { permitrootlogin: ['no'] }, OPS, undefined],
    ['root by a password', {}, { ...ROOT, methods: ['password'] }, /prohibit-password/],
    ['a user who is named', { allowusers: ['x', 'o?s'] }, OPS, undefined],
    ['a user who is not named', { allowusers: ['x', 'y'] }, OPS, 'AllowUsers x y, which does not name "ops"'],
    ['a user from elsewhere', { allowusers: ['ops@10.1.0.0/16'] }, OPS, /AllowUsers/],
    ['a user from here', { allowusers: ['ops@10.0.0.0/24'] }, OPS, undefined],
    ['a user from such an address', { allowusers: ['*@10.0.*'] }, OPS, undefined],
    [
      'a user who is denied',
      { denyusers: ['ops@10.0.0.9'], allowusers: ['ops'] },
      OPS,
      'DenyUsers ops@10.0.0.9',
    ],
    ['a user in a group', { allowgroups: ['wheel', 'su*'] }, OPS, undefined],
    [
      'a user in none',
      { allowgroups: ['wheel'] },
      OPS,
      /AllowGroups wheel, of which "ops" \(ops, sudo\) is in none/,
    ],
    ['a user in a denied group', { denygroups: ['sudo'] }, OPS, 'DenyGroups sudo'],
  ] as const)('%s', (_, changed, login, expected) => {
    if (expected instanceof RegExp) expect(by(changed, login)).toMatch(expected);
    else expect(by(changed, login)).toBe(expected);
  });
});

describe('by what', () => {
  test.each([
    ['keys are off', { pubkeyauthentication: ['no'] }, ['publickey'], /PubkeyAuthentication no/],
    ['keys are off, logged in by a password', { pubkeyauthentication: ['no'] }, ['password'], undefined],
    ['passwords are off', { passwordauthentication: ['no'] }, ['password'], /PasswordAuthentication no/],
    [
      'two methods, one known',
      { authenticationmethods: ['publickey,password'] },
      ['publickey'],
      /AuthenticationMethods/,
    ],
    [
      'two methods, both known',
      { authenticationmethods: ['publickey,password'] },
      ['publickey', 'password'],
      undefined,
    ],
    [
      'one of several sets',
      { authenticationmethods: ['publickey,password publickey'] },
      ['publickey'],
      undefined,
    ],
    [
      'with a device',
      { authenticationmethods: ['keyboard-interactive:pam'] },
      ['keyboard-interactive'],
      /Kbd/,
    ],
    ['GSSAPI is off', { gssapiauthentication: ['no'] }, ['gssapi-with-mic'], /GSSAPIAuthentication no/],
    // Which method it was is not known: the new connection tells.
    ['keys are off, nothing is known', { pubkeyauthentication: ['no'] }, [], undefined],
    ['two methods, nothing is known', { authenticationmethods: ['publickey,password'] }, [], undefined],
  ] as const)('%s', (_, changed, methods, expected) => {
    const said = by(changed, { ...OPS, methods });
    if (expected === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(expected);
  });
});

describe('where', () => {
  test.each([
    [['0.0.0.0:2222', '[::]:2222'], false],
    [['0.0.0.0:22', '0.0.0.0:2222'], true],
    [['10.0.0.1:22'], true],
    [['10.0.0.2:22'], false],
    [['[::]:22'], false],
  ])('%j', (listenaddress, admitted) => {
    expect(by({ listenaddress }, ROOT) === undefined).toBe(admitted);
  });

  test('what did not listen where we came in says nothing: the port is translated on the way', () => {
    expect(by({ listenaddress: ['0.0.0.0:2222'] }, { ...ROOT, port: 2200 })).toBeUndefined();
  });
});

test.each([
  [{ forcecommand: ['/bin/false'] }, /ForceCommand/],
  [{ chrootdirectory: ['/srv'] }, /ChrootDirectory/],
  [{ maxsessions: ['0'] }, /MaxSessions 0/],
  [{ refuseconnection: ['yes'] }, /RefuseConnection/],
  [{ authorizedkeysfile: ['/etc/keys/%u'] }, /AuthorizedKeysFile/],
])('let in, and then nothing: %j', (changed, expected) => {
  expect(by(changed, ROOT)).toMatch(expected);
});

test('a command that was forced all along is what this run works with', () => {
  const before = values({ forcecommand: ['/bin/wrap'] });
  expect(by({ forcecommand: ['/bin/wrap'] }, ROOT, before)).toBeUndefined();
});
