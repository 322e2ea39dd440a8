import { describe, expect, test } from 'vitest';
import { readShard } from './shard-argument.ts';
import { UsageError } from './usage.ts';

function refusal(given: string): UsageError {
  try {
    readShard(given);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${given} was taken`);
}

test.each([
  ['1/1', { index: 1, count: 1 }],
  ['2/8', { index: 2, count: 8 }],
  ['08/10', { index: 8, count: 10 }],
  ['8 / 8', { index: 8, count: 8 }],
])('%s', (given, shard) => {
  expect(readShard(given)).toEqual(shard);
});

describe('what is refused, with a way out', () => {
  test.each([
    ['2', 'must be i/n', '--shard 2/8'],
    ['2-8', 'must be i/n', '--shard 2/8'],
    ['-1/8', 'must be i/n', '--shard 2/8'],
    ['1.5/8', 'must be i/n', '--shard 2/8'],
    ['1/2/3', 'must be i/n', '--shard 2/8'],
    ['/', 'must be i/n', '--shard 2/8'],
    ['/8', 'lacks which part this is', 'not set'],
    ['3/', 'lacks how many parts', 'not set'],
    ['0/8', 'counted from 1', 'JOB_COMPLETION_INDEX + 1'],
    ['9/8', 'of 8 parts none has the number 9', 'from 1 to 8'],
    ['1/0', '1 to 100000 parts', '--shard 2/8'],
    ['1/1000000', '1 to 100000 parts', '--shard 2/8'],
  ])('%s', (given, message, hint) => {
    expect(refusal(given).message).toContain(message);
    expect(refusal(given).hint).toContain(hint);
  });
});
