import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { readLines } from '../../src/cli/read-lines.ts';
import { createStreams, mergeRuns } from '../../src/reports/merge/index.ts';
import { createStyle } from '../../src/reports/style.ts';
import { summary } from '../../src/reports/summary/index.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';
import { requireTellable } from './tellable.ts';
import { changedTree } from './tree.ts';

const GOLDEN = readFileSync(new URL('../../src/reports/golden/json-lines.jsonl', import.meta.url));
const events: readonly unknown[] = GOLDEN.toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

/** A stream of which some events are others, or are missing. */
function stream(random: Random): Buffer {
  const lines = events.flatMap((event) => {
    const chance = random.below(30);
    if (chance === 0) return [];
    if (chance === 1) return [event, event];
    return [chance < 5 ? changedTree(event, events, random) : event];
  });
  return Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function pieces(input: Buffer, random: Random): readonly Buffer[] {
  const made: Buffer[] = [];
  for (let at = 0; at < input.length; ) {
    const end = at + 1 + random.below(random.below(3) === 0 ? 20 : 5000);
    made.push(input.subarray(at, end));
    at = end;
  }
  return made;
}

/** What `report merge` is given. */
export const merging: FuzzTarget = {
  name: 'events',
  corpus: [GOLDEN],
  words: [
    '{"event":"run-started"',
    '"format":1',
    '"host":"',
    '"host-finished"',
    '"run-finished"',
    '"refused"',
    '"diagnostic"',
    '"changes":[',
    '"shard":{"index":1,"count":2,"hosts":9,"places":[0]}',
    '}\n',
    ':null,',
    ':-1,',
    ':1e999,',
    '"places":[99999999]',
  ],
  shapes: [stream],
  async run(input, random) {
    const open = createStreams(random.below(2) === 0);
    const streams = [];
    for (const [at, bytes] of [input, GOLDEN].slice(0, 1 + random.below(2)).entries()) {
      const reader = open(`part-${at + 1}.jsonl`);
      for await (const line of readLines(Readable.from(pieces(bytes, random)))) reader.line(line);
      streams.push(reader.end());
    }
    const merged = mergeRuns(random.below(2) === 0 ? streams : streams.toReversed());
    requireTellable(
      (merged.ok ? merged.run.problems : merged.wrong).filter(({ file }) => file !== undefined),
    );
    if (!merged.ok && merged.wrong.length === 0) throw new Error('refused without a reason');
    if (!merged.ok || merged.run.report === undefined) return;
    const lines = summary(merged.run.report, {
      style: createStyle({ width: 100 }),
      diff: random.below(2) === 0,
      verbosity: random.below(4),
      mostNames: 12,
    });
    const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.exec(lines.join('\n'));
    if (unsafe !== null) throw new Error(`${JSON.stringify(unsafe[0])} in the summary`);
  },
};
