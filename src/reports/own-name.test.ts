import { expect, test } from 'vitest';
import { commonText, groupAlike } from './own-name.ts';

/** The groups of hosts that say these things. */
function groups(texts: Readonly<Record<string, string>>): readonly (readonly string[])[] {
  return groupAlike(
    Object.entries(texts),
    ([host]) => host,
    ([, text], common) => [common(text)],
  ).map((group) => group.map(([host]) => host));
}

test.each([
  ['/etc/ssl/web1.pem', '/etc/ssl/web2.pem', '/etc/ssl/<host>.pem'],
  ['web1: web1 says no', 'web2: web2 says no', '<host>: <host> says no'],
  ['web1.example.com', 'web2.example.com', '<host>.example.com'],
  ['/srv/backup_web1-old.tar', '/srv/backup_web2-old.tar', '/srv/backup_<host>-old.tar'],
])('what hosts say with their own names, %j, is one', (one, two, told) => {
  expect(groups({ web1: one, web2: two })).toEqual([['web1', 'web2']]);
  expect(
    commonText([
      ['web1', one],
      ['web2', two],
    ]),
  ).toBe(told);
});

test('a name within a word is none', () => {
  expect(groups({ web1: 'myweb1 web10', web2: 'myweb2 web20' })).toEqual([['web1'], ['web2']]);
});

test('a name is no pattern, and a number no name', () => {
  expect(groups({ 'a.b': 'a.b axb', 'c.d': 'c.d axb', 'e.f': 'exf axb' })).toEqual([['a.b', 'c.d'], ['e.f']]);
  expect(groups({ 1: 'status 1', 2: 'status 2' })).toEqual([['1'], ['2']]);
});

test('what hosts say alike stays together where a word of it is the name of one', () => {
  const texts = { web: '/var/log is full', log: '/var/log is full', db: '/var/log is full' };
  expect(groups(texts)).toEqual([['web', 'log', 'db']]);
  expect(commonText(Object.entries(texts))).toBe('/var/log is full');
});

test('groups come in the order of their first hosts', () => {
  expect(groups({ a: 'x', b: '/srv/b', c: 'y', d: '/srv/d', e: 'x' })).toEqual([
    ['a', 'e'],
    ['b', 'd'],
    ['c'],
  ]);
});
