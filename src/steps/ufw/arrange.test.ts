import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UfwRule } from '../../looks/ufw/rule.ts';
import { type Arrangement, arrange } from './arrange.ts';
import { wantedRules } from './wanted.ts';

/** A rule from a short word: `a22` allows port 22, `d22` denies it. */
function rule(word: string): UfwRule {
  const port = word.slice(1);
  return wantedRules([word.startsWith('a') ? { allow: port } : { deny: port }])[0]?.v4 as UfwRule;
}

function run(current: string, wanted: string, complete: boolean): Arrangement {
  const words = (text: string) => text.split(' ').filter((word) => word !== '');
  return arrange(
    words(current).map(rule),
    words(wanted).map((word) => ({ rule: rule(word), managesComment: false })),
    complete,
  );
}

function list(arrangement: Arrangement): string {
  return arrangement.list.map(({ action, toPort }) => action[0] + toPort).join(' ');
}

describe('where rules go', () => {
  test.each([
    // current, wanted, result with others left alone, result as the whole set
    ['', 'a1 a2', 'a1 a2', 'a1 a2'],
    ['a1 a2', 'a1 a2', 'a1 a2', 'a1 a2'],
    ['a9 a1', 'a1 a2', 'a9 a1 a2', 'a1 a2'],
    ['a1 a9', 'd2 a1', 'd2 a1 a9', 'd2 a1'],
    ['a9 a2 a8', 'a1 a2 a3', 'a9 a1 a2 a8 a3', 'a1 a2 a3'],
    ['a2 a1', 'a1 a2', 'a1 a2', 'a1 a2'],
    ['a3 a9 a1 a2', 'a1 a2 a3', 'a9 a1 a2 a3', 'a1 a2 a3'],
    ['d1 a9', 'a1', 'a1 a9', 'a1'],
    ['a9', '', 'a9', ''],
  ])('%s + %s', (current, wanted, left, whole) => {
    expect(list(run(current, wanted, false))).toBe(left);
    expect(list(run(current, wanted, true))).toBe(whole);
  });

  test('says what moved, and between which rules', () => {
    const { placements } = run('a3 a9 a1 a2', 'a1 a2 a3', false);
    expect(placements.map(({ moved }) => moved !== undefined)).toEqual([false, false, true]);
    expect(placements[2]?.moved).toMatchObject({ from: undefined, to: { toPort: '2' } });
  });

  test('the second of two equal rules is superfluous', () => {
    expect(run('a1 a1', 'a1', true).removed).toHaveLength(1);
    expect(run('a1 d1', 'a1', true).removed).toMatchObject([{ action: 'deny' }]);
    expect(run('a1 a2 d1 d2', 'a1', false)).toMatchObject({ removed: [{ action: 'deny', toPort: '1' }] });
    expect(run('a2 d2', 'a1', false).removed).toEqual([]);
  });

  test('a comment is kept unless another one is wanted', () => {
    const commented = { ...rule('a1'), comment: 'c0ffee' };
    const wanted = { rule: { ...rule('d1'), comment: '' } };
    expect(arrange([commented], [{ ...wanted, managesComment: false }], false).list[0]).toMatchObject({
      action: 'deny',
      comment: 'c0ffee',
    });
    expect(arrange([commented], [{ ...wanted, managesComment: true }], false).list[0]?.comment).toBe('');
  });
});

test('whatever was there, the result is as wanted, and then nothing is left to do', () => {
  const ports = fc.array(fc.tuple(fc.constantFrom('a', 'd'), fc.integer({ min: 1, max: 8 })), {
    maxLength: 10,
  });
  const distinct = ports.map((all) => [
    ...new Map(all.map(([action, port]) => [port, `${action}${port}`])).values(),
  ]);
  fc.assert(
    fc.property(ports, distinct, fc.boolean(), (current, wanted, complete) => {
      const before = current.map((word) => word.join('')).join(' ');
      const first = run(before, wanted.join(' '), complete);
      const after = list(first);
      const listed = new Set(wanted.map((word) => word.slice(1)));
      if (complete) expect(after).toBe(wanted.join(' '));
      else {
        const others = (text: string) => text.split(' ').filter((word) => !listed.has(word.slice(1)));
        const mine = (text: string) => text.split(' ').filter((word) => listed.has(word.slice(1)));
        expect(others(after).join(' ')).toBe(others(before).join(' '));
        expect(mine(after)).toEqual(wanted);
      }
      const again = run(after, wanted.join(' '), complete);
      expect(list(again)).toBe(after);
      expect(again.removed).toEqual([]);
      expect(
        again.placements.filter(({ before: was, moved }) => was === undefined || moved !== undefined),
      ).toEqual([]);
    }),
  );
});
