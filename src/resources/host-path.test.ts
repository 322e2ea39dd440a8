import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import { wantAbsent } from './absent.ts';
import { wantDirectory } from './directory.ts';
import { managedPath, requireNotOfKernel } from './host-path.ts';

describe('a path with ".."', () => {
  test.each(['/srv/../etc', '/..', '/a/..', '/../a', '//a//../b'])('%s is not managed', (path) => {
    expect(() => managedPath(path)).toThrow(`${path} has a ".." in it`);
  });

  test.each([
    ['/a..', '/a..'],
    ['/..a/./b/', '/..a/b'],
    ['/...', '/...'],
  ])('%s has none', (path, normal) => {
    expect(managedPath(path)).toBe(normal);
  });

  test('removes no directory of the system by another name', () => {
    expect(() => wantAbsent(viewWith([]), { path: '/srv/../etc', recursive: true })).toThrow('".."');
    expect(() => wantDirectory(viewWith([]), { path: '/srv/../etc', mode: '0700' })).toThrow('".."');
  });
});

test('what belongs to the kernel is not managed, under any name', () => {
  for (const path of ['/proc/sys/vm/swappiness', '/sys//kernel/x', '/proc/nope'])
    expect(() => managedPath(path)).toThrow(
      /belongs to the kernel: what is below \/(proc|sys) cannot be made/,
    );
  expect(() => requireNotOfKernel('/srv/way/x', '/proc/sys/x')).toThrow(
    '/srv/way/x, which is /proc/sys/x on this host, belongs to the kernel',
  );
  for (const path of ['/proc', '/sys', '/process/x', '/srv/sys/x', '/etc/proc/x'])
    expect(managedPath(path)).toBe(path);
});
