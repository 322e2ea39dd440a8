import type { Diagnostic } from '../../documents/diagnostic.ts';
import type { HostReport, RunOrigin, RunReport } from '../../engine/events.ts';
import type { OfflineProblem } from '../../engine/prepare.ts';
import { count } from '../quantity.ts';
import type { Part } from './part.ts';
import { problemAt } from './place.ts';
import { checkSameRun } from './same-run.ts';
import type { StreamContent } from './stream.ts';

export type { StreamContent } from './stream.ts';
export { createStreams } from './stream.ts';

/** Runs put together to the one that they are parts of. */
export interface MergedRun {
  /** Interrupted when some part is, breaks off, or is missing. None when no part began. */
  readonly report?: RunReport;
  /** The most steps that a host has. */
  readonly steps: number;
  /** What all parts were told. */
  readonly origin?: RunOrigin;
  /** Whether all parts tell how texts differ (`--diff`). */
  readonly diffs: boolean;
  /** The parts' own lines about hosts, where they were kept. */
  readonly lines: readonly string[];
  /** What the parts found before they began. */
  readonly diagnostics: readonly Diagnostic[];
  readonly offline: readonly OfflineProblem[];
  /** Some part was refused before it touched a host. */
  readonly refused: boolean;
  /** Why this is not the whole: parts that break off, are missing or were refused. */
  readonly problems: readonly Diagnostic[];
}

export type MergeResult =
  | { readonly ok: true; readonly run: MergedRun }
  /** These are no parts of one run, or cannot be trusted. */
  | { readonly ok: false; readonly wrong: readonly Diagnostic[] };

/**
 * Puts the parts of a run together: the hosts in the order of the whole run where the parts tell it, else part after
 * part. Parts run at the same time, so the longest one gives the duration.
 */
export function mergeRuns(streams: readonly StreamContent[]): MergeResult {
  const parts = streams.flatMap((stream) => stream.parts);
  const untrusted = streams.flatMap((stream) => stream.wrong);
  const wrong = untrusted.length > 0 ? untrusted : checkSameRun(parts);
  if (wrong.length > 0) return { ok: false, wrong };
  const refused = streams.flatMap((stream) => stream.refused);
  const silent = streams.filter(({ began }) => !began).length;
  const unfinished = streams.flatMap((stream) => stream.unfinished);
  const missing = missingParts(parts, refused.length + silent);
  const report = reportOf(parts, unfinished.length > 0 || missing.length > 0);
  const [first] = parts;
  return {
    ok: true,
    run: {
      ...(report === undefined ? {} : { report }),
      steps: Math.max(0, ...parts.map(({ steps }) => steps)),
      ...(first?.origin === undefined ? {} : { origin: { options: first.origin.options } }),
      diffs: parts.every(({ origin }) => origin?.options.diff === true),
      lines: parts.flatMap(({ lines }) => lines),
      diagnostics: streams.flatMap(({ diagnostics }) => diagnostics),
      offline: streams.flatMap(({ offline }) => offline),
      refused: refused.length > 0,
      problems: [...unfinished, ...missing, ...refused.map(refusedProblem)],
    },
  };
}

function reportOf(parts: readonly Part[], broken: boolean): RunReport | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  return {
    mode: first.report.mode,
    hosts: inOrder(parts),
    duration: Math.max(...parts.map(({ report }) => report.duration)),
    interrupted: broken || parts.some(({ report }) => report.interrupted),
  };
}

function inOrder(parts: readonly Part[]): readonly HostReport[] {
  const placed = parts.flatMap(({ origin, report }) =>
    report.hosts.map((host, at) => ({ host, place: origin?.shard?.places[at] ?? 0 })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ host }) => host);
}

/** @param explained streams that do not say which part they are, and are told by themselves. */
function missingParts(parts: readonly Part[], explained: number): readonly Diagnostic[] {
  const [first] = parts;
  const shard = first?.origin?.shard;
  if (first === undefined || shard === undefined) return [];
  const given = new Set(parts.map(({ origin }) => origin?.shard?.index));
  const lacking = Array.from({ length: shard.count }, (_, at) => at + 1).filter((index) => !given.has(index));
  const hosts = shard.hosts - parts.reduce((sum, { report }) => sum + report.hosts.length, 0);
  if (lacking.length === 0) {
    if (hosts === 0) return [];
    return [
      problemAt(
        first.place,
        'part-missing',
        `all parts are here, but ${count(hosts, 'host')} of the whole run are not`,
      ),
    ];
  }
  if (lacking.length <= explained) return [];
  const which = lacking.length === 1 ? `part ${lacking[0]}` : `the parts ${lacking.join(', ')}`;
  return [
    {
      severity: 'error',
      code: 'part-missing',
      message: `of ${shard.count} parts ${which} ${lacking.length === 1 ? 'is missing' : 'are missing'}, with ${count(hosts, 'host')} of ${shard.hosts}`,
      hint: 'what is missing counts as interrupted: did its job run, and was its stream brought here?',
    },
  ];
}

function refusedProblem(place: Part['place']): Diagnostic {
  const message = 'this part was refused before it touched a host';
  return problemAt(place, 'part-refused', message, 'mend what it found, and run all parts again');
}
