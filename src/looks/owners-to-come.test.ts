import { describe, expect, test } from 'vitest';
import { viewWith } from '../../test/support/view.ts';
import type { AnswerEffect, Effect, PresentPath } from '../engine/effect.ts';
import { type Account, accountLook } from './account.ts';
import { gidLook, uidLook } from './id-owner.ts';
import { statLook } from './stat.ts';

const base = { exists: true, type: 'directory', mode: '0755', size: 0, mtime: 0 } as const;

/** As stat tells it. */
function owned(owner: string, uid: number, group = 'root', gid = 0): PresentPath {
  return { ...base, owner, group, ids: { owner: { name: owner, id: uid }, group: { name: group, id: gid } } };
}

function account(name: string, uid: number): AnswerEffect {
  const rest = { comment: '', home: '/', shell: '/bin/sh', group: 'g', groups: [], local: true } as const;
  const value: Account = { exists: true, name, uid, ...rest };
  return { type: 'answer', key: accountLook(name).key, value };
}

const gone = (name: string): AnswerEffect => ({
  type: 'answer',
  key: accountLook(name).key,
  value: { exists: false },
});
const number = (uid: number, value: string | undefined): AnswerEffect => ({
  type: 'answer',
  key: uidLook(uid).key,
  value,
});

/** Owner and group of /srv/x after these effects. */
function names(observed: PresentPath, predicted: readonly Effect[], path = '/srv/x'): string | undefined {
  const [state] = viewWith([[statLook(path), observed]], { predicted }).see(statLook(path));
  return state.exists ? `${state.owner}:${state.group}` : undefined;
}

describe('the names of owners to come', () => {
  test('a file keeps the number that its owner gives up', () => {
    expect(names(owned('ann', 5), [account('ann', 6), number(5, undefined), number(6, 'ann')])).toBe(
      '5:root',
    );
    expect(names(owned('ann', 5), [gone('ann')])).toBe('5:root');
  });

  test('a number that somebody gets shows the name', () => {
    expect(names(owned('6', 6), [account('ann', 6), number(6, 'ann')])).toBe('ann:root');
    const effect = { type: 'answer', key: gidLook(7).key, value: 'team' } as const;
    expect(names(owned('root', 0, '7', 7), [effect])).toBe('root:team');
  });

  test('a number that changes hands', () => {
    const effects = [gone('ann'), number(5, undefined), account('bob', 5), number(5, 'bob')];
    expect(names(owned('ann', 5), effects)).toBe('bob:root');
  });

  test('nothing that is there belongs to a user whose number is not chosen yet', () => {
    expect(names(owned('ann', 5), [gone('ann'), number(5, undefined), account('ann', -1)])).toBe('5:root');
  });

  test('a second name for the number does not change what the host shows', () => {
    expect(names(owned('ann', 5), [account('bob', 6), number(5, undefined), number(6, 'bob')])).toBe(
      'ann:root',
    );
  });

  test('what else changes about a user changes no owner', () => {
    expect(names(owned('ann', 5), [account('ann', 5)])).toBe('ann:root');
  });

  test('a name that a step has asked for holds, whatever number was there before', () => {
    const state = { ...owned('5', 5), owner: 'bob' };
    expect(names(owned('5', 5), [{ type: 'path', path: '/srv/x', state }, number(5, 'ann')])).toBe(
      'bob:root',
    );
  });

  test('what is handed over later than it was stated follows, and nothing else', () => {
    const handed: readonly Effect[] = [
      account('ann', 6),
      number(5, undefined),
      number(6, 'ann'),
      {
        type: 'hand-over',
        path: '/home/ann',
        owner: { from: { name: 'ann', id: 5 }, to: { name: 'ann', id: 6 } },
      },
    ];
    expect(names(owned('ann', 5), handed, '/home/ann')).toBe('ann:root');
    expect(names(owned('ann', 5), handed, '/home/ann/x')).toBe('ann:root');
    expect(names(owned('ann', 5), handed, '/home/anna')).toBe('5:root');
    expect(names(owned('bob', 7), handed, '/home/ann/x')).toBe('bob:root');
    const stated = { type: 'path', path: '/home/ann/x', state: owned('ann', 5) } as const;
    expect(names(base as never, [stated, ...handed], '/home/ann/x')).toBe('ann:root');
    expect(names(base as never, [...handed, stated], '/home/ann/x')).toBe('5:root');
  });
});
