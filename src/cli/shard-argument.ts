import { type Shard, shardText } from '../inventory/shard.ts';
import { UsageError } from './usage.ts';

/** More parts than anybody has controllers: such a number is a slip. */
const MOST = 100_000;

const FORM = 'write which part this is and how many there are: --shard 2/8';

/** Reads `i/n`, counted from 1. */
export function readShard(given: string): Shard {
  const [, first = '', second = ''] = /^\s*(\d*)\s*\/\s*(\d*)\s*$/.exec(given) ?? [];
  if (first === '' && second === '') throw new UsageError(`--shard must be i/n, not "${given}"`, FORM);
  if (first === '' || second === '') {
    throw new UsageError(
      `--shard "${given}" lacks ${first === '' ? 'which part this is' : 'how many parts there are'}`,
      `is a variable of the job system not set? ${FORM}`,
    );
  }
  const [index, count] = [Number(first), Number(second)];
  if (count < 1 || count > MOST) {
    throw new UsageError(`--shard ${given}: there can be 1 to ${MOST} parts, not ${second}`, FORM);
  }
  if (index === 0) {
    throw new UsageError(
      `--shard ${given}: parts are counted from 1`,
      `where a job system counts from 0, add one: --shard "$((JOB_COMPLETION_INDEX + 1))/${count}"`,
    );
  }
  if (index > count) {
    throw new UsageError(
      `--shard ${given}: of ${count} ${count === 1 ? 'part' : 'parts'} none has the number ${first}`,
      `parts are counted from 1 to ${count}`,
    );
  }
  return { index, count };
}

/** What is said when no host belongs to a part; that is no mistake. */
export function emptyPart(shard: Shard): string {
  return `No host belongs to part ${shardText(shard)}: nothing to do.`;
}
