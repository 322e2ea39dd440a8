import { expect, test } from 'vitest';
import { diskSpaceLook, earlierDiskSpaceLook } from '../looks/disk-space.ts';
import { statLook } from '../looks/stat.ts';
import type { Effect } from './effect.ts';
import { newHostState } from './host-state.ts';
import { storeKey } from './store-key.ts';
import { staleLooks } from './touched.ts';

const looks = [statLook('/etc/f'), diskSpaceLook('/etc'), earlierDiskSpaceLook('/etc')];

/** Which of the looks are asked again once the effects are real. */
function stale(...effects: readonly Effect[]): readonly string[] {
  const state = newHostState(new Map(), false);
  for (const look of looks) {
    state.looks.set(storeKey(look, 'root'), look);
    state.answers.set(storeKey(look, 'root'), {});
  }
  return [...staleLooks(effects, state).values()].map(({ key }) => key);
}

test('after a file is written free space is asked again where that matters', () => {
  const written: Effect = { type: 'path', path: '/etc/g', state: { exists: false } };
  expect(stale(written)).toEqual(['stat:/etc/f', 'disk-space:/etc']);
});

test('after a command everything is asked again', () => {
  expect(stale({ type: 'anything', reason: 'a command' })).toEqual(looks.map(({ key }) => key));
});
