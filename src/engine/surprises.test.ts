import { expect, test } from 'vitest';
import type { StepReport } from './events.ts';
import { surprisesOf } from './surprises.ts';

function report(
  id: string,
  item: string | undefined,
  status: StepReport['status'],
  path?: string,
): StepReport {
  return {
    step: {
      id,
      kind: 'file',
      name: id,
      file: 'x.yml',
      line: 1,
      column: 1,
      ...(item === undefined ? {} : { item }),
    },
    status,
    changes: path === undefined ? [] : [{ resource: 'file', target: path, action: 'delete' }],
    duration: 0,
  };
}

test('what was predicted and made alike is no surprise', () => {
  const reports = [report('a', undefined, 'changed', '/a'), report('b', undefined, 'ok')];
  expect(surprisesOf(reports, reports)).toEqual([]);
});

test('steps after a loop whose items were not known are compared with their own predictions', () => {
  const predicted = [
    report('loop', undefined, 'deferred'),
    report('b', undefined, 'changed', '/b'),
    report('c', undefined, 'ok'),
  ];
  const applied = [
    report('loop', 'x', 'changed', '/x'),
    report('loop', 'y', 'ok'),
    report('b', undefined, 'changed', '/b'),
    report('c', undefined, 'changed', '/c'),
  ];
  expect(surprisesOf(predicted, applied).map(({ step }) => step.id)).toEqual(['c']);
});

test('rounds with the same item are told apart', () => {
  const predicted = [report('l', 'x', 'changed', '/1'), report('l', 'x', 'changed', '/2')];
  const applied = [report('l', 'x', 'changed', '/1'), report('l', 'x', 'ok')];
  expect(surprisesOf(predicted, applied)).toHaveLength(1);
});
