import { expect, test } from 'vitest';
import { diskSpaceLook, earlierDiskSpaceLook } from '../looks/disk-space.ts';
import { statLook } from '../looks/stat.ts';
import { writableLook } from '../looks/writable.ts';
import type { Effect } from './effect.ts';
import { type HostState, newHostState } from './host-state.ts';
import { storeKey } from './store-key.ts';
import { lookAgain, staleLooks } from './touched.ts';

const looks = [
  statLook('/etc/f'),
  diskSpaceLook('/etc'),
  earlierDiskSpaceLook('/etc'),
  writableLook('/etc'),
  writableLook('/etc/f'),
];

function seenAll(): HostState {
  const state = newHostState(new Map(), false);
  for (const look of looks) {
    state.looks.set(storeKey(look, 'root'), look);
    state.answers.set(storeKey(look, 'root'), {});
  }
  return state;
}

/** Which of the looks have no answer any more once the effects are real. */
function stale(...effects: readonly Effect[]): readonly string[] {
  return [...staleLooks(effects, seenAll()).values()].map(({ key }) => key);
}

const written: Effect = { type: 'path', path: '/etc/f', state: { exists: false } };

test('after a file is written what may be otherwise by now is not known, nor free space where that matters', () => {
  expect(stale(written)).toEqual(['stat:/etc/f', 'disk-space:/etc', 'writable:/etc/f']);
});

test('after a directory is changed what is below it is not known either', () => {
  const gone = ['stat:/etc/f', 'disk-space:/etc', 'writable:/etc', 'writable:/etc/f'];
  expect(stale({ ...written, path: '/etc' })).toEqual(gone);
});

test('after a command nothing is known', () => {
  expect(stale({ type: 'anything', reason: 'a command' })).toEqual(looks.map(({ key }) => key));
});

test('a step that has acted looks again at what it is about, not at what it asked before changing something', () => {
  const state = seenAll();
  const again = lookAgain(new Map(state.looks), state);
  expect([...again.values()].map(({ key }) => key)).toEqual(['stat:/etc/f', 'disk-space:/etc']);
  expect([...state.answers.keys()]).toEqual(
    ['earlier-disk-space:/etc', 'writable:/etc', 'writable:/etc/f'].map((key) => `root\u0000${key}`),
  );
});
