import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import { wantAbsent } from './absent.ts';
import { wantDirectory } from './directory.ts';
import { managedPath } from './host-path.ts';

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
