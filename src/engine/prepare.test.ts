import { describe, expect, test, vi } from 'vitest';
import { stepsProgram } from '../../test/support/run-steps.ts';
import { LocalAnswers } from './local-answers.ts';
import * as predicting from './predict.ts';
import { prepare } from './prepare.ts';

const OPTIONS = { mode: 'dry-run', deep: false } as const;
const FILE = [{ file: { path: '/etc/motd', content: 'hello' } }];
const MISSING = [{ upload: { src: 'not-there.tar', dest: '/opt/not-there.tar' } }];

function fleet(steps: Parameters<typeof stepsProgram>[1], alike?: object) {
  return ['a', 'b', 'c'].map((host) => ({
    ...stepsProgram(host, steps),
    ...(alike === undefined ? {} : { alike }),
  }));
}

describe('before any host is asked', () => {
  test('what is wrong is told of every host, also of those that are alike', async () => {
    for (const programs of [fleet(MISSING), fleet(MISSING, {})]) {
      const { problems } = await prepare(programs, OPTIONS, new LocalAnswers());
      expect(problems.map(({ host }) => host)).toEqual(['a', 'b', 'c']);
      expect(problems[2]?.message).toContain('not-there.tar');
    }
  });

  test('hosts that are to be asked the same share one set of looks', async () => {
    for (const programs of [fleet(FILE), fleet(FILE, {})]) {
      const { problems, first } = await prepare(programs, OPTIONS, new LocalAnswers());
      expect(problems).toEqual([]);
      const sets = programs.map((program) => first(program));
      expect(sets[0]?.size).toBeGreaterThan(0);
      expect(new Set(sets).size).toBe(1);
    }
  });

  test('programs that are alike are gone through once', async () => {
    const predict = vi.spyOn(predicting, 'predictHost');
    await prepare(fleet(FILE, {}), OPTIONS, new LocalAnswers());
    const once = predict.mock.calls.length;
    await prepare(fleet(FILE), OPTIONS, new LocalAnswers());
    expect(predict.mock.calls.length - once).toBe(3 * once);
  });

  test('where every host has files of its own, not all sets of looks are kept', async () => {
    const programs = Array.from({ length: 1200 }, (_, n) =>
      stepsProgram(`h${n}`, [{ file: { path: `/etc/motd${n}`, content: 'hello' } }]),
    );
    const { first } = await prepare(programs, OPTIONS, new LocalAnswers());
    expect(first(programs[0]!)?.size).toBeGreaterThan(0);
    expect(programs.filter((program) => first(program) !== undefined)).toHaveLength(1000);
  });
});
