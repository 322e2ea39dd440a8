import { expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import { diskSpaceLook } from '../../looks/disk-space.ts';
import { factLook } from '../../looks/facts/look.ts';
import { type Reach, reachLook } from '../../looks/reach.ts';
import { compare } from './compare.ts';

const HOST = [
  [factLook('os'), 'linux'],
  [factLook('distribution'), 'debian'],
  [factLook('distribution_version'), '12'],
  [factLook('arch'), 'amd64'],
  [factLook('kernel'), '6.1.0-31-amd64'],
  [factLook('libc'), { name: 'glibc', version: '2.36' }],
  [factLook('cpus'), 2],
  [factLook('memory'), 2_000_000_000],
  [factLook('time_skew'), -3.5],
  [diskSpaceLook('/opt'), { available: 1024 ** 3, mount: '/' }],
  [
    reachLook({ host: 'proxy', port: 3000, timeout: 5 }),
    { reached: false, why: 'no-tool', said: '' } satisfies Reach,
  ],
] as const;

test.each([
  { os: 'linux' },
  { distribution: ['ubuntu', 'debian'], version: '>=12' },
  { kernel: '=6.1', glibc: '>2.28' },
  { cpus: 2 },
  { cpus: '<=2', memory: '>=1 GiB' },
  { disk: [{ path: '/opt/', free: '>= 1 GiB' }] },
  { time_skew: '<=4s' },
  { that: [{ condition: true, message: 'x' }] },
])('met: %j', (args) => {
  expect(compare(args, viewWith(HOST)).changes).toEqual([]);
});

test.each([
  [
    { os: ['freebsd', 'openbsd'] },
    'the requirement is not met: the operating system is linux, required freebsd or openbsd',
  ],
  [{ version: '>=13' }, 'the distribution is version 12, required >=13'],
  [{ glibc: '>=2.38' }, 'glibc is version 2.36, required >=2.38'],
  [{ cpus: '>=4', os: 'linux' }, '1 of 2 requirements are not met: it has 2 processors, required >=4'],
  [{ memory: '>=2 GiB' }, 'it has 1.9 GiB of memory, required >=2.0 GiB'],
  [{ disk: [{ path: '/opt', free: '2 GiB' }] }, '/opt has 1.0 GiB free (on /), required 2.0 GiB'],
  [{ time_skew: 2 }, "its clock is 3.5 s behind the controller's, allowed <=2"],
  [
    { reach: [{ host: 'proxy', port: 3000 }] },
    'cannot be told: the host has none of bash, nc, python3, perl',
  ],
  [{ that: [{ condition: false, message: 'the moon is full' }] }, 'not so: the moon is full'],
])('not met: %j', (args, message) => {
  expect(() => compare(args, viewWith(HOST))).toThrow(message);
});

test('another C library', () => {
  const view = viewWith([[factLook('libc'), { name: 'musl', version: '1.2.4' }]]);
  expect(() => compare({ glibc: '>=2.28' }, view)).toThrow('the C library is musl, required glibc >=2.28');
});

test('everything is asked in one trip', () => {
  const looks = firstLooks((view) =>
    compare(
      { os: 'linux', cpus: 1, disk: [{ path: '/opt', free: 1 }], reach: [{ host: 'proxy', port: 1 }] },
      view,
    ),
  );
  expect(looks).toEqual(['fact:os', 'fact:cpus', 'disk-space:/opt', 'reach:proxy:1:5']);
});
