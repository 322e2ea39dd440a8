import { describe, expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import type { Json } from '../../engine/json.ts';
import { LookError } from '../../engine/look.ts';
import { FACTS } from './index.ts';
import { factLook } from './look.ts';

function parse(name: string, output: string, received = 0): Json | undefined {
  return FACTS.get(name)?.parse(output, { received });
}

describe('os-release', () => {
  test.each([
    ['ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n', 'debian', '12', 'bookworm'],
    ['ID="rhel"\nVERSION_ID="9.4"\n', 'rhel', '9.4', ''],
    ["ID='odd id'\n", 'odd id', '', ''],
    ['NAME="a \\"b\\""\nID=arch', 'arch', '', ''],
    ['', 'linux', '', ''],
  ])('%j', (text, id, version, codename) => {
    expect(parse('distribution', text)).toBe(id);
    expect(parse('distribution_version', text)).toBe(version);
    expect(parse('distribution_codename', text)).toBe(codename);
  });
});

test.each([
  ['glibc 2.36\n', { name: 'glibc', version: '2.36' }],
  [
    'GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\nCopyright',
    { name: 'glibc', version: '2.36' },
  ],
  ['musl libc (x86_64)\nVersion 1.2.4\nDynamic Program Loader', { name: 'musl', version: '1.2.4' }],
  ['', { name: 'none', version: '' }],
])('libc: %j', (text, expected) => {
  expect(parse('libc', text)).toEqual(expected);
});

test.each([
  ['0-3\n', 4],
  ['0\n', 1],
  ['0-3,8,10-11\n', 7],
  ['n6\n', 6],
])('cpus: %j', (text, expected) => {
  expect(parse('cpus', text)).toBe(expected);
});

test.each(['', 'n', 'many', '0-', '-1'])('cpus of nonsense: %j', (text) => {
  expect(() => parse('cpus', text)).toThrow(LookError);
});

test('memory', () => {
  expect(parse('memory', 'MemTotal:        8117192 kB\nMemFree: 1 kB\n')).toBe(8_312_004_608);
  expect(() => parse('memory', 'MemFree: 1 kB\n')).toThrow(LookError);
});

test('disks: the newest mount over a path counts, names may have blanks', () => {
  expect(parse('disks', '4096 100 50 /\n4096 10 5 /a b\n1024 10 2 /\n')).toEqual([
    { path: '/', size: 10_240, free: 2048 },
    { path: '/a b', size: 40_960, free: 20_480 },
  ]);
});

test('addresses: own ones, no loopback, no link-local', () => {
  const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 10.1.2.0
        /24 link UNICAST
     |-- 10.1.2.3
        /32 host LOCAL
     |-- 10.1.2.255
        /32 link BROADCAST
     |-- 9.0.0.1
        /32 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
Local:
     |-- 10.1.2.3
        /32 host LOCAL

20010db8000000000000000000000003 02 40 00 80     eth0
fe80000000000000021122fffe334455 02 40 20 80     eth0
00000000000000000000000000000001 01 80 10 80       lo
`;
  expect(parse('addresses', trie)).toEqual(['9.0.0.1', '10.1.2.3', '2001:db8::3']);
});

test('users: the first entry of a name counts, broken lines do not', () => {
  expect(parse('users', 'root:x:0:0:root:/root:/bin/sh\nbroken\nroot:x:0:0::/other:/bin/sh\n')).toEqual({
    root: '/root',
  });
});

test('users that earlier steps create and remove are predicted', () => {
  const account = {
    exists: true,
    name: 'deploy',
    uid: -1,
    group: 'deploy',
    comment: '',
    home: '/srv/deploy',
  };
  const view = viewWith([[factLook('users'), { root: '/root', old: '/home/old' }]], {
    predicted: [
      { type: 'answer', key: 'account:deploy', value: account },
      { type: 'answer', key: 'account:old', value: { exists: false } },
      { type: 'answer', key: 'account:__proto__', value: { ...account, name: '__proto__' } },
    ],
  });
  const [homes] = view.see(factLook('users'));
  expect(Object.entries(homes as object)).toEqual([
    ['root', '/root'],
    ['deploy', '/srv/deploy'],
    ['__proto__', '/srv/deploy'],
  ]);
});

test.each([
  ['1700000000.250000000\n', 1_700_000_000_000, 0.25],
  ['1699999990.000000000\n', 1_700_000_000_000, -10],
  // busybox writes no fraction, or the letter.
  ['1700000000.\n', 1_700_000_000_000, 0.5],
  ['1700000000.N\n', 1_700_000_000_000, 0.5],
])('time skew: %j', (text, received, expected) => {
  expect(parse('time_skew', text, received)).toBe(expected);
});
