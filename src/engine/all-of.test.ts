import { expect, test } from 'vitest';
import { allOf } from './all-of.ts';
import { beforeChanging, PENDING, StepFailure } from './failure.ts';

const asked: string[] = [];
const asks = (name: string) => (): string => {
  asked.push(name);
  throw PENDING;
};

test.each([
  ['one', 'two', [asks('one'), () => beforeChanging(asks('two'))]],
  ['two', 'one', [() => beforeChanging(asks('two')), asks('one')]],
] as const)(
  'both ask, and that something is to be changed is not lost: %s before %s',
  (first, second, works) => {
    asked.length = 0;
    let thrown: unknown;
    try {
      allOf(works);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ toAct: true });
    expect(asked).toEqual([first, second]);
  },
);

test('what fails ends it, and what has all answers gives them in order', () => {
  expect(allOf([() => 1, () => 2])).toEqual([1, 2]);
  const fails = (): never => {
    throw new StepFailure('no');
  };
  expect(() => allOf([asks('one'), fails])).toThrow('no');
});
