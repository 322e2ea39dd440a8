import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import type { Effect, PathEffect, PresentPath } from '../engine/effect.ts';
import { directoryLook } from './directory.ts';

const STATE: PresentPath = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 0,
  mtime: 0,
};

const brings = (path: string, more: Partial<PathEffect> = {}): PathEffect => ({
  type: 'path',
  path,
  state: STATE,
  ...more,
});
const removes = (path: string): PathEffect => ({ type: 'path', path, state: { exists: false }, fresh: true });

describe('what stands in a directory after earlier steps', () => {
  function names(effects: readonly Effect[]): readonly string[] {
    const view = viewWith([[directoryLook('/d'), { names: ['a', 'b'], more: false }]], {
      predicted: effects,
    });
    return view.see(directoryLook('/d'))[0].names;
  }

  test.each<[string, readonly Effect[], readonly string[]]>([
    ['nothing that concerns it', [brings('/e/x'), brings('/dd')], ['a', 'b']],
    ['something new in it', [brings('/d/c')], ['a', 'b', 'c']],
    ['something new deeper in it', [brings('/d/c/x')], ['a', 'b', 'c']],
    ['something removed', [removes('/d/a')], ['b']],
    ['something removed deeper in it', [removes('/d/a/x')], ['a', 'b']],
    ['brought and removed', [brings('/d/c'), removes('/d/c')], ['a', 'b']],
    ['only its mode changes', [brings('/d/c'), brings('/d')], ['a', 'b', 'c']],
    ['removed as a whole', [brings('/d/c'), removes('/d')], []],
    ['removed with what is above', [removes('/')], []],
    ['made anew', [removes('/d'), brings('/d', { fresh: true }), brings('/d/z')], ['z']],
  ])('%s', (_, effects, expected) => {
    expect(names(effects)).toEqual(expected);
  });

  test('an extracted tree is not known by name', () => {
    const tree = { get: () => undefined };
    expect(() => names([brings('/d', { fresh: true, tree })])).toThrow('an earlier step brings /d');
  });
});
