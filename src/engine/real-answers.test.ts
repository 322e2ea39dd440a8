import { expect, test } from 'vitest';
import { linkLook } from '../looks/link.ts';
import { statLook } from '../looks/stat.ts';
import { newHostState } from './host-state.ts';
import type { HostLook } from './look.ts';
import { keepByRealPath } from './real-answers.ts';
import { storeKey } from './store-key.ts';

function kept(answers: readonly (readonly [HostLook<unknown>, unknown])[]): Record<string, unknown> {
  const state = newHostState(new Map(), false);
  const looks = new Map<string, HostLook<unknown>>();
  for (const [look, answer] of answers) {
    looks.set(storeKey(look, 'root'), look);
    state.looks.set(storeKey(look, 'root'), look);
    state.answers.set(storeKey(look, 'root'), answer);
  }
  keepByRealPath('root', looks, state);
  expect([...state.looks.keys()].sort()).toEqual([...state.answers.keys()].sort());
  return Object.fromEntries([...state.answers].map(([key, value]) => [key.slice(5), value]));
}

const link = (target: string, real: string) => ({ target, real, owner: 'root' });

test('what was seen through a link is kept as seen at the place that it leads to', () => {
  const go = link('go-1', '/opt/go-1');
  expect(
    kept([
      [statLook('/usr/go/bin/go'), 'program'],
      [linkLook('/usr/go/bin'), undefined],
      [linkLook('/usr'), undefined],
      [linkLook('/usr/go'), link('/opt/go-1', '/opt/go-1')],
    ]),
  ).toEqual({
    'link:/usr': undefined,
    'link:/usr/go': { ...go, target: '/opt/go-1' },
    'link:/opt': undefined,
    'link:/opt/go-1': undefined,
    'link:/opt/go-1/bin': undefined,
    'stat:/opt/go-1/bin/go': 'program',
  });
});

test('a chain of links is known as far as each of them was looked at', () => {
  expect(
    kept([
      [statLook('/a/f'), 'file'],
      [linkLook('/a'), link('/b', '/c')],
    ]),
  ).toEqual({ 'link:/a': link('/b', '/c'), 'link:/c': undefined, 'stat:/a/f': 'file' });
});

test('without links nothing is kept otherwise than asked', () => {
  expect(
    kept([
      [statLook('/etc/f'), 'file'],
      [linkLook('/etc'), undefined],
    ]),
  ).toEqual({ 'link:/etc': undefined, 'stat:/etc/f': 'file' });
});
