import { expect, test } from 'vitest';
import { refusalOf, withAlternatives } from './refusal.ts';

const attempt = { method: 'sudo', loginUser: 'ops', user: 'root' } as const;

test.each([
  ['sudo: sorry, you must have a tty to run sudo', 1, /insists on a terminal/, 'terminal'],
  ['doas: a tty is required', 1, /insists on a terminal/, 'terminal'],
  ['su: must be run from a terminal', 1, /insists on a terminal/, 'terminal'],
  ['sudo: a password is required', 1, /asks "ops" for a password/, undefined],
  ['doas: Authentication required', 1, /asks "ops" for a password/, undefined],
  ['sudo: unknown user nosuch', 1, /there is no user/, undefined],
  [
    'su: user nosuch does not exist or the user entry does not contain all the required fields',
    1,
    /no user/,
    undefined,
  ],
  [
    'Sorry, try again.\nsudo: 1 incorrect password attempt',
    1,
    /did not take the password of "ops"/,
    undefined,
  ],
  ['doas: Authentication failed', 1, /did not take the password/, undefined],
  ['su: Permission denied', 1, /did not take the password .* or does not let/, undefined],
  ['su: Authentication failure', 1, /did not take the password/, undefined],
  ['ops is not in the sudoers file.', 1, /does not let "ops" act as "root"/, undefined],
  ['Sorry, user ops is not allowed to execute /bin/sh as root on web1.', 1, /does not let/, undefined],
  ['doas: Operation not permitted', 1, /does not let/, undefined],
  ["env: 'sudo': No such file or directory", 127, /there is no sudo there/, 'program'],
  ['/bin/sh: 1: exec: su: not found', 127, /there is no sudo there/, 'program'],
  ['sh: exec: line 0: sudo: not found', 127, /there is no sudo there/, 'program'],
  ['something new', 3, /refused, with status 3 \(it said: something new\)/, undefined],
])('%s', (said, code, why, lacks) => {
  const { failure, lacks: found } = refusalOf(attempt, said, code);
  expect(failure.kind).toBe('privilege');
  expect(failure.message).toMatch(/^"ops" may not become "root" with sudo: /);
  expect(failure.message).toMatch(why);
  expect(failure.hint).not.toBe('');
  expect(found).toBe(lacks);
});

test('the command that is not allowed is not shown whole', () => {
  const said =
    'Sorry, user ops is not allowed to execute \'/bin/sh -c umask 077; eval "$s"\' as app on web1.';
  expect(refusalOf(attempt, said, 1).failure.message).toMatch(
    /\(it said: Sorry, user ops is not allowed to execute '\/bin\/sh' as app on web1\.\)$/,
  );
});

test('what a host has instead is named', () => {
  const { failure } = refusalOf(attempt, "env: 'sudo': No such file or directory", 127);
  expect(withAlternatives(failure, ['su', 'doas']).hint).toMatch(/^it has su and doas: set become_method/);
  expect(withAlternatives(failure, []).hint).toMatch(/^it has none of sudo, su and doas/);
});

test('only of sudo it is said whose password it may want instead', () => {
  const hint = (method: 'sudo' | 'su' | 'doas', said: string) =>
    refusalOf({ ...attempt, method }, said, 1).failure.hint;
  expect(hint('sudo', 'sudo: 1 incorrect password attempt')).toContain('targetpw');
  expect(hint('su', 'su: Authentication failure')).not.toMatch(/targetpw|sudo/);
  expect(hint('doas', 'doas: Authentication failed')).not.toMatch(/targetpw|sudo/);
});
