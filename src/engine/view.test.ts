import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import { linkLook } from '../looks/link.ts';
import { statLook } from '../looks/stat.ts';
import { type HostLookKind, hostLook } from './look.ts';
import { storeKey } from './store-key.ts';
import { PENDING } from './view.ts';

test('predicted looks count as seen, so that apply can renew them in the trip of the step that makes them true', () => {
  const view = viewWith([], {
    predicted: [{ type: 'path', path: '/a', state: { exists: false }, fresh: true }],
  });
  expect(view.see(statLook('/a/b'))).toEqual([{ exists: false }]);
  expect([...view.seen.keys()]).toEqual(
    [linkLook('/a'), statLook('/a/b')].map((look) => storeKey(look, 'root')),
  );
});

test('an observed answer is adjusted by what earlier steps do', () => {
  const kind: HostLookKind<string, readonly string[]> = {
    name: 'list',
    script: () => {
      throw new Error('not asked');
    },
    parse: () => [],
    predict: (_, overlay) => (overlay.isEmpty ? undefined : { adjust: (observed) => [...observed, 'new'] }),
  };
  const look = hostLook(kind, 'x', 'x');
  const predicted = [{ type: 'answer', key: 'other', value: 1 }] as const;
  expect(viewWith([[look, ['old']]]).see(look)).toEqual([['old']]);
  expect(viewWith([[look, ['old']]], { predicted }).see(look)).toEqual([['old', 'new']]);
});

test('what is only likely to be needed is asked along, also when following a link to it asks in turn', () => {
  const link = { target: '/etc', owner: 'app', real: undefined };
  const view = viewWith([[linkLook('/app/way'), link]]);
  view.prefetch(statLook('/app/way/f'));
  let thrown: unknown;
  try {
    view.see(statLook('/other'));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBe(PENDING);
});

describe('a link that somebody else has laid', () => {
  const laid = (target: string, real: string) =>
    [linkLook('/app/cur'), { target, owner: 'app', real }] as const;
  const directory = (owner: string) => ({
    exists: true,
    type: 'directory',
    mode: '0755',
    owner,
    group: 'root',
    size: 0,
    mtime: 0,
  });
  const REFUSED = /is a link to .* that "app" has laid/;

  test('is followed to what is theirs', () => {
    const view = viewWith([laid('own', '/app/own'), [statLook('/app/own'), directory('app')]]);
    expect(view.realPath('/app/cur/f')).toBe('/app/own/f');
  });

  test('is judged by the text that is followed, wherever it led a moment before', () => {
    const view = viewWith([laid('/etc', '/app/own'), [statLook('/etc'), directory('root')]]);
    expect(() => view.realPath('/app/cur/f')).toThrow(REFUSED);
  });

  test('and that leads through itself is refused', () => {
    const view = viewWith([laid('/app/cur/x', '/app/cur/x')]);
    expect(() => view.realPath('/app/cur/f')).toThrow(REFUSED);
  });
});
