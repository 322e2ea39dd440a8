import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyReport } from '../../../test/support/any-report.ts';
import { fleetReport, stepRef } from '../../../test/support/fleet-report.ts';
import { OPTIONS, runStream, shardStreams } from '../../../test/support/shard-streams.ts';
import { exitCodeOf } from '../../cli/exit-code.ts';
import type { RunOrigin } from '../../engine/events.ts';
import { outcomeOf } from '../outcome.ts';
import { createStyle } from '../style.ts';
import { type SummaryOptions, summary } from '../summary/index.ts';
import { createStreams, type MergedRun, mergeRuns } from './index.ts';

function merge(streams: readonly (readonly string[])[], keepLines = false) {
  const open = createStreams(keepLines);
  return mergeRuns(
    streams.map((lines, at) => {
      const reader = open(`part-${at + 1}.jsonl`);
      for (const line of lines) reader.line(line);
      return reader.end();
    }),
  );
}

function merged(streams: readonly (readonly string[])[], keepLines = false): MergedRun {
  const result = merge(streams, keepLines);
  if (!result.ok) throw new Error(result.wrong.map(({ message }) => message).join('\n'));
  return result.run;
}

/** What is said against these streams, with the place. */
function refusals(streams: readonly (readonly string[])[]): readonly string[] {
  const result = merge(streams);
  const problems = result.ok ? result.run.problems : result.wrong;
  return problems.map(({ file, range, message }) => `${file ?? ''}:${range?.start.line ?? ''} ${message}`);
}

const VIEWS: readonly SummaryOptions[] = [
  { style: createStyle(), diff: true, verbosity: 0, mostNames: 12 },
  { style: createStyle({ width: 80, color: true }), diff: false, verbosity: 3, mostNames: 2 },
];

describe('the parts of a run are the run', () => {
  test('in its summary, its numbers and its exit code, however it is split', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 1, max: 4 }), fc.boolean(), (whole, count, diff) => {
        const { report, problems, refused } = merged(shardStreams(whole, count, diff));
        expect(problems).toEqual([]);
        expect(refused).toBe(false);
        expect(report?.hosts.map(({ host }) => host)).toEqual(whole.hosts.map(({ host }) => host));
        expect(outcomeOf(report!)).toEqual(outcomeOf(whole));
        for (const detailed of [true, false])
          expect(exitCodeOf(report!, detailed)).toBe(exitCodeOf(whole, detailed));
        for (const view of VIEWS) {
          const told = { ...view, diff: view.diff && diff };
          expect(summary(report!, told)).toEqual(summary(whole, told));
        }
      }),
    );
  });

  test('in whatever order the parts are given, one after the other in one stream too', () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 1, max: 4 }), (whole, count) => {
        const streams = shardStreams(whole, count);
        const view = VIEWS[0]!;
        expect(summary(merged(streams.toReversed()).report!, view)).toEqual(summary(whole, view));
        expect(summary(merged([streams.flat()]).report!, view)).toEqual(summary(whole, view));
      }),
    );
  });

  test('and the merged stream can be merged again', () => {
    fc.assert(
      fc.property(anyReport, (whole) => {
        const { lines, report } = merged(shardStreams(whole, 3), true);
        const [first = '', ...rest] = runStream(whole);
        const again = merged([[first, ...lines, rest.at(-1)!]]);
        expect(again.problems).toEqual([]);
        expect(again.report).toEqual(report);
      }),
    );
  });
});

const RUN = fleetReport('drift', 20);

describe('what cannot be trusted is refused, with its place', () => {
  const [one, two] = shardStreams(RUN, 2) as [string[], string[]];
  const edited = (lines: readonly string[], at: number, edit: (event: Record<string, unknown>) => void) => {
    const event = JSON.parse(lines.at(at)!) as Record<string, unknown>;
    edit(event);
    return lines.with(at, JSON.stringify(event));
  };

  test.each<[string, readonly (readonly string[])[], string]>([
    ['no JSON', [['✓ web01 ok', ...one], two], 'part-1.jsonl:1 this is no JSON'],
    ['no JSON at all', [['✓ web01 ok'], two], 'part-1.jsonl:1 this is no JSON'],
    ['no event', [['{"a": 1}', ...one], two], 'part-1.jsonl:1 this is no event'],
    [
      'facts',
      [['{"event":"facts","host":"web001","facts":{}}'], two],
      'part-1.jsonl:1 these are facts, and no run',
    ],
    [
      'a newer format',
      [edited(one, 0, (event) => Object.assign(event, { format: 2 })), two],
      'part-1.jsonl:1 the format of this stream is 2',
    ],
    [
      'another format',
      [one, edited(two, 0, (event) => Object.assign(event, { format: 'x' }))],
      'part-2.jsonl:1 the format of this stream is "x"',
    ],
    [
      'a damaged event',
      [edited(one, -2, (event) => Object.assign(event, { status: 'fine' })), two],
      `part-1.jsonl:${one.length - 1} this host-finished event is damaged`,
    ],
    [
      'a lost key',
      [edited(one, -2, (event) => delete event.roundTrips), two],
      `part-1.jsonl:${one.length - 1} this host-finished event is damaged`,
    ],
    ['a lost beginning', [one.slice(1), two], 'part-1.jsonl:1 this event belongs to no run'],
    [
      'a lost host',
      [one.toSpliced(-2, 1), two],
      `part-1.jsonl:${one.length - 1} the run ends here, but not the host`,
    ],
    [
      'a lost step',
      [one.filter((line) => !line.includes('"changed","changes"')), two],
      'but the events before come to',
    ],
    ['an end told twice', [one.toSpliced(-1, 0, one.at(-2)!), two], 'has ended before'],
    [
      'mixed streams',
      [one.toSpliced(1, 0, two[1]!), two],
      'part-1.jsonl:2 the run that begins at line 1 has no host',
    ],
    [
      'an end of another mode',
      [edited(one, -1, (event) => Object.assign(event, { mode: 'apply' })), two],
      'a run that began as drift ends as apply',
    ],
    [
      'places that do not fit',
      [edited(one, 0, (event) => Object.assign(event.shard as object, { places: [0] })), two],
      'part-1.jsonl:1 what this part says of its place',
    ],
  ])('%s', (_, streams, message) => {
    const result = merge(streams);
    expect(result.ok).toBe(false);
    expect(refusals(streams).join('\n')).toContain(message);
  });
});

describe('what does not belong together is refused', () => {
  const [one, two] = shardStreams(RUN, 2) as [string[], string[]];
  const [third] = shardStreams(RUN, 3) as [string[]];
  const whole = runStream(RUN);
  const other = (origin: Partial<RunOrigin['options']>, run = RUN) =>
    runStream(run, { options: { ...OPTIONS, ...origin } as RunOrigin['options'] });
  const rest = { ...RUN, hosts: fleetReport('drift', 25).hosts.slice(20) };

  test.each<[string, readonly (readonly string[])[], string]>([
    [
      'another mode',
      [other({}), other({}, { ...rest, mode: 'apply' })],
      'part-2.jsonl:1 this is a run of apply',
    ],
    ['another number of parts', [third, two], 'this is part 2/2, but part-1.jsonl:1 is part 1/3'],
    ['a part and a whole run', [one, other({}, rest)], 'this is a whole run, but part-1.jsonl:1 is part 1/2'],
    ['a part twice', [one, two, one], 'part-3.jsonl:1 part 1/2 is here again, after part-1.jsonl:1'],
    [
      'a host twice',
      [whole, whole],
      'part-2.jsonl:1 the host "web001" (and 19 more) is in part-1.jsonl:1 too',
    ],
    [
      'other playbooks',
      [other({}), other({ playbooks: ['base.yml'] }, rest)],
      '`playbooks` is ["base.yml"] here, but ["go.yml"] in part-1.jsonl:1',
    ],
    [
      'another fleet',
      [one, shardStreams({ ...RUN, hosts: RUN.hosts.slice(1) }, 2)[1]!],
      'the whole run has 19 hosts here, but 20 in part-1.jsonl:1',
    ],
  ])('%s', (_, streams, message) => {
    const result = merge(streams);
    expect(result.ok).toBe(false);
    expect(refusals(streams).join('\n')).toContain(message);
  });

  test('runs over other hosts of the same inventory may be put together, one after the other', () => {
    const { report, problems } = merged([other({ limit: 'a' }), other({ limit: 'b' }, rest)]);
    expect(problems).toEqual([]);
    expect(report?.hosts).toHaveLength(25);
  });
});

describe('what is not the whole is never told as it', () => {
  const [one, two] = shardStreams(RUN, 2) as [string[], string[]];

  test('a part that breaks off is known as far as it goes, at any line or in the middle of one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: two.length - 1 }), fc.nat(40), (left, torn) => {
        const kept = two.slice(0, left);
        const tail = two[left]!.slice(0, torn);
        const { report, problems, lines } = merged([one, tail === '' ? kept : [...kept, tail]], true);
        expect(problems.map(({ code }) => code)).toEqual(['part-unfinished']);
        expect(report?.interrupted).toBe(true);
        expect(exitCodeOf(report!, true)).toBe(130);
        expect(report?.hosts.map(({ host }) => host)).toEqual(RUN.hosts.map(({ host }) => host));
        const ended = new Set(kept.filter((line) => line.includes('"host-finished"')).map(hostOf));
        for (const host of report!.hosts) {
          const whole = RUN.hosts.find((one) => one.host === host.host)!;
          if (ended.has(host.host) || one.some((line) => hostOf(line) === host.host))
            expect(host.status).toBe(whole.status);
          else expect(['failed', 'unreachable']).toContain(host.status);
        }
        // The merged stream tells the end of every host.
        expect(lines.filter((line) => line.includes('"host-finished"'))).toHaveLength(20);
      }),
    );
  });

  test('says which hosts are not known', () => {
    const hosts = (JSON.parse(two[0]!) as { hosts: string[] }).hosts;
    const [said = ''] = refusals([one, two.slice(0, -2)]);
    expect(said).toContain(`part-2.jsonl:${two.length - 2} the stream breaks off without run-finished`);
    expect(said).toContain(
      `${hosts.length - 1} of ${hosts.length} hosts came to their end; not known: ${hosts.at(-1)}`,
    );
  });

  test('a missing part', () => {
    const { report } = merged([one]);
    expect(report?.interrupted).toBe(true);
    const left = 20 - report!.hosts.length;
    expect(refusals([one])).toEqual([`: of 2 parts part 2 is missing, with ${left} hosts of 20`]);
    expect(refusals([shardStreams(RUN, 4)[2]!])[0]).toContain('of 4 parts the parts 1, 2, 4 are missing');
  });

  test('a part that never began', () => {
    const { report, problems } = merged([
      one,
      ['{"event":"diagnostic","severity":"warning","code":"c","message":"m"}'],
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      'the stream has no run-started: this part did not begin, or its output was lost',
    ]);
    expect(report?.interrupted).toBe(true);
    expect(merged([[]]).report).toBeUndefined();
  });

  test('an event that is none of ours, whatever its name', () => {
    const host = hostOf(two[1]!);
    const strange = ['constructor', '__proto__', 'toString'].map((event) => JSON.stringify({ event, host }));
    const { report } = merged([one, [...two.slice(0, 1), ...strange, ...two.slice(1)]]);
    expect(report).toEqual(merged([one, two]).report);
  });

  test('a part that was refused', () => {
    const error =
      '{"event":"diagnostic","severity":"error","code":"c","message":"m","file":"go.yml","line":3}';
    const offline = JSON.stringify({
      event: 'refused',
      problems: [{ host: 'web001', step: stepRef(3, 'file', 'A file'), message: 'no' }],
    });
    for (const said of [error, offline]) {
      const { refused, problems, diagnostics, offline: found } = merged([one, [said]]);
      expect(refused).toBe(true);
      expect(problems.map(({ code, file }) => [code, file])).toEqual([['part-refused', 'part-2.jsonl']]);
      expect(diagnostics.length + found.length).toBe(1);
    }
    // In one stream, one after the other.
    expect(merged([[error, ...one, ...two]])).toMatchObject({ refused: true });
    expect(merged([[...one, error, ...two]])).toMatchObject({ refused: true });
  });
});

function hostOf(line: string): string | undefined {
  return (JSON.parse(line) as { host?: string }).host;
}
