import { describe, expect, test } from 'vitest';
import { Secret } from '../../secrets/secret.ts';
import { LoginPassword } from '../login/password.ts';
import { Answers } from './answers.ts';

function answers(about = { user: 'ops', host: 'web1' }) {
  const refused: string[] = [];
  const password = new LoginPassword(new Secret('of the host'));
  const told = new Answers({ identities: [], password }, [], 'ops@10.0.0.1:22', (why) => refused.push(why));
  told.askedAbout(about);
  return { refused, told, answer: (question: string, kind = '') => told.answer(question, kind)?.reveal() };
}

describe('the password of the host goes to', () => {
  test.each([
    "ops@web1's password: ",
    '(ops@web1) Password: ',
    '(ops@web1) Password for ops: ',
    '(ops@web1) Passwort: ',
  ])('the host: %j', (question) => {
    const { answer, refused } = answers();
    expect(answer(question)).toBe('of the host');
    expect(refused).toEqual([]);
  });

  test.each([
    "ops@bastion's password: ",
    "root@web1's password: ",
    "Enter ops@web1's old password: ",
    'Enter PIN for ED25519-SK key /home/me/.ssh/id_ed25519_sk: ',
    '(ops@bastion) Verification code: ',
    '(ops@bastion) Password: ',
    '(ops@web1) Verification code: ',
    '(ops@web1) New password: ',
    'Password: ',
    'Are you sure you want to continue connecting (yes/no/[fingerprint])? ',
    // A bastion words its questions as it likes, after its own name.
    "(ops@bastion) ops@web1's password: ",
    '(ops@bastion) (ops@web1) Password: ',
  ])('nobody else: %j', (question) => {
    const { answer, refused } = answers();
    expect(answer(question)).toBeUndefined();
    expect(refused).toEqual([expect.stringContaining(question.trim())]);
  });

  test('nobody where ssh does not tell whom it asks about', () => {
    const { told, answer } = answers();
    told.askedAbout(undefined);
    expect(answer("ops@web1's password: ")).toBeUndefined();
  });

  test('nobody who wants a yes or says something; the login goes on', () => {
    const { answer, refused } = answers();
    expect(answer("ops@web1's password: ", 'confirm')).toBeUndefined();
    expect(answer("ops@web1's password: ", 'none')).toBeUndefined();
    expect(refused).toEqual([]);
  });

  test('nobody after the login, which stays', () => {
    const { told, answer, refused } = answers();
    told.succeeded();
    expect(answer('Accept updated hostkeys? (yes/no): ')).toBeUndefined();
    expect(refused).toEqual([]);
  });

  test('the host once', () => {
    const { answer, refused } = answers();
    answer("ops@web1's password: ");
    expect(answer("ops@web1's password: ")).toBeUndefined();
    expect(refused).toEqual(['it refused the password']);
  });

  test('the host whose names are longer than ssh asks with', () => {
    const [user, host] = ['u'.repeat(32), `${'h'.repeat(60)}.${'i'.repeat(60)}.example.org`];
    const { answer } = answers({ user, host });
    expect(answer(`${user.slice(0, 30)}@${host.slice(0, 128)}'s password: `)).toBe('of the host');
  });
});
