import { expect, test } from 'vitest';
import { commonText, withoutName } from './own-name.ts';

test.each([
  ['/etc/ssl/web1.pem', '/etc/ssl/<host>.pem'],
  ['web1: web1 says no', '<host>: <host> says no'],
  ['web1.example.com', '<host>.example.com'],
  ['/srv/web10 and web1-old and myweb1', '/srv/web10 and web1-old and myweb1'],
])('the name of a host in %j', (text, told) => {
  expect(withoutName(text, 'web1')).toBe(told);
});

test('a name is no pattern', () => {
  expect(withoutName('a.b axb [x]', 'a.b')).toBe('<host> axb [x]');
  expect(withoutName('a.b axb [x]', '[x]')).toBe('a.b axb <host>');
});

test('what all hosts say alike is told as they say it', () => {
  expect(commonText([['db', 'the db is full']])).toBe('the db is full');
  expect(
    commonText([
      ['db', 'the db is full'],
      ['web', 'the db is full'],
    ]),
  ).toBe('the db is full');
  expect(
    commonText([
      ['db', '/srv/db is full'],
      ['web', '/srv/web is full'],
    ]),
  ).toBe('/srv/<host> is full');
});
