import { expect, it } from 'vitest';
import { isLoginNoise } from '../lab/login-noise.ts';
import { memoryMounts } from '../lab/mark.ts';
import type { Tree, TreeEntry } from '../lab/tree.ts';
import { changedPaths } from '../lab/tree.ts';

const FILE: TreeEntry = {
  type: 'f',
  mode: '644',
  uid: '0',
  gid: '0',
  size: '3',
  mtime: '1700000000.1234567890',
  ctime: '1700000000.1234567890',
  inode: '11',
};
const DIRECTORY: TreeEntry = { ...FILE, type: 'd', mode: '755' };
const tree = (entries: Readonly<Record<string, TreeEntry>>): Tree => new Map(Object.entries(entries));

it.each(['mode', 'uid', 'gid', 'size', 'mtime', 'ctime', 'inode', 'type'] as const)(
  'tells a file by its %s',
  (field) => {
    const changed = { ...FILE, [field]: 'x' };
    expect(changedPaths(tree({ a: FILE, b: FILE }), tree({ a: changed, b: FILE }))).toEqual(['a']);
  },
);

it('tells what came and what went', () => {
  expect(changedPaths(tree({ a: FILE, b: FILE }), tree({ b: FILE, c: FILE }))).toEqual(['a', 'c']);
});

it('tells a directory by its entries and metadata, not by its size', () => {
  const before = tree({ d: DIRECTORY });
  expect(changedPaths(before, tree({ d: { ...DIRECTORY, mtime: 'later' } }))).toEqual(['d']);
  expect(changedPaths(before, tree({ d: { ...DIRECTORY, ctime: 'later' } }))).toEqual(['d']);
  expect(changedPaths(before, tree({ d: { ...DIRECTORY, size: '8192' } }))).toEqual([]);
});

it('does not blame a directory for what the overlay does in it', () => {
  const marked = { ...DIRECTORY, ctime: 'later' };
  expect(changedPaths(tree({ d: DIRECTORY }), tree({ d: marked, 'd/f': FILE }))).toEqual(['d/f']);
  expect(changedPaths(tree({}), tree({ d: { ...DIRECTORY, type: 'u' }, 'd/f': FILE }))).toEqual(['d/f']);
  expect(changedPaths(tree({ d: { ...DIRECTORY, type: 'u' } }), tree({ d: DIRECTORY }))).toEqual(['d']);
});

it('ignores the times of devices only', () => {
  const device: TreeEntry = { ...FILE, type: 'c' };
  expect(changedPaths(tree({ t: device }), tree({ t: { ...device, mtime: 'later' } }))).toEqual([]);
  expect(changedPaths(tree({ t: device }), tree({ t: { ...device, mode: '666' } }))).toEqual(['t']);
});

it('finds the file systems in memory, and no view of the kernel', () => {
  const line = (point: string, type: string): string =>
    `5 4 0:5 / ${point} rw,relatime shared:1 - ${type} source rw`;
  const mounts = [
    line('/', 'overlay'),
    line('/run', 'tmpfs'),
    line('/dev/pts', 'devpts'),
    line('/dev/shm', 'tmpfs'),
    line('/proc', 'proc'),
    line('/proc/kmsg', 'tmpfs'),
    line('/sys', 'tmpfs'),
    line('/run', 'tmpfs'),
  ];
  expect(memoryMounts(`${mounts.join('\n')}\n`)).toEqual(['/dev/shm', '/run']);
});

it.each([
  '/',
  '/tmp',
  '/etc',
  '/var/log',
  '/run/x',
  '/run/user/1000/x',
  '/run/systemd/system/x.service',
  '/run/systemd/sessions/x',
  '/run/systemd/units/invocation:ssh.service',
  '/var/log/journal/x',
  '/var/log/wtmp2',
  '/home/ops',
  '/root/.bash_history',
  '/srv/run/utmp',
])('does not take %s for the trace of a login', (path) => {
  expect(isLoginNoise(path)).toBe(false);
});
