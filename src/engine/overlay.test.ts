import { describe, expect, test } from 'vitest';
import type { PresentPath } from './effect.ts';
import { Overlay } from './overlay.ts';

const present = (type: PresentPath['type'], target?: string): PresentPath => ({
  exists: true,
  type,
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
  ...(target === undefined ? {} : { target }),
});

describe('what the overlay says of a path', () => {
  test('nothing, when no step touches it', () => {
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path: '/opt/a', state: present('file') }]);
    expect(overlay.path('/opt/ab')).toBeUndefined();
  });

  test('absent below a new directory, unless a later step makes it', () => {
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path: '/opt/a', state: present('directory'), fresh: true }]);
    expect(overlay.path('/opt/a/b')).toEqual({ absent: true });
    overlay.predict([{ type: 'path', path: '/opt/a/b', state: present('file') }]);
    expect(overlay.path('/opt/a/b')).toMatchObject({ effect: { path: '/opt/a/b' } });
  });

  test('what was observed, below a directory of which only the mode changes', () => {
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path: '/opt/a', state: present('directory') }]);
    expect(overlay.path('/opt/a/b')).toBeUndefined();
  });

  test('absent below a path that is removed', () => {
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path: '/opt/a', state: { exists: false }, fresh: true }]);
    expect(overlay.path('/opt/a/b/c')).toEqual({ absent: true });
  });

  test('the entries of an archive', () => {
    const tree = { get: (path: string) => (path === 'bin/go' ? { state: present('file') } : undefined) };
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path: '/opt/go-1', state: present('directory'), fresh: true, tree }]);
    expect(overlay.path('/opt/go-1/bin/go')).toMatchObject({ inTree: { state: { type: 'file' } } });
    expect(overlay.path('/opt/go-1/bin/none')).toEqual({ absent: true });
  });

  test('which artifact lies where, until another step writes there', () => {
    const overlay = new Overlay();
    overlay.state([{ type: 'path', path: '/opt/x.tgz', state: present('file'), artifact: '/art/x.tgz' }]);
    expect(overlay.isEmpty).toBe(true);
    expect(overlay.artifactAt('/opt/x.tgz')).toBe('/art/x.tgz');
    overlay.predict([{ type: 'path', path: '/opt/x.tgz', state: present('file') }]);
    expect(overlay.artifactAt('/opt/x.tgz')).toBeUndefined();
  });
});
