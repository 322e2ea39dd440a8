import type { RunOrigin, RunReport } from '../../src/engine/events.ts';
import { isInShard } from '../../src/inventory/shard.ts';
import { jsonLinesReport } from '../../src/reports/json-lines.ts';

/** What made-up runs write with `--json`. */

export const OPTIONS: RunOrigin['options'] = {
  playbooks: ['go.yml'],
  tags: [],
  deep: false,
  diff: true,
  detailedExitCode: true,
};

/** The lines of a run; its hosts are at work at the same time. */
export function runStream(run: RunReport, origin: RunOrigin = { options: OPTIONS }, diff = true): string[] {
  const lines: string[] = [];
  const listener = jsonLinesReport({
    diff,
    now: () => '2026-01-02T03:04:05.678Z',
    write: (line) => lines.push(line),
  });
  const hosts = run.hosts.map(({ host }) => host);
  listener({ type: 'run-started', mode: run.mode, hosts, steps: 5, origin });
  const queues = run.hosts.map((report) => {
    const { host } = report;
    return [
      { type: 'host-started', host },
      ...report.steps.map((step) => ({ type: 'step-finished', host, report: step }) as const),
      { type: 'host-finished', host, report },
    ] as const;
  });
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  for (let at = 0; at < longest; at += 1) {
    for (const event of queues.flatMap((queue) => queue[at] ?? [])) listener(event);
  }
  listener({ type: 'run-finished', report: run });
  return lines;
}

/** The streams of a run over `count` parts; the first took as long as the whole. */
export function shardStreams(whole: RunReport, count: number, diff = true): readonly string[][] {
  return Array.from({ length: count }, (_, at) => {
    const shard = { index: at + 1, count };
    const mine = whole.hosts.flatMap((host, place) => (isInShard(host.host, shard) ? [{ host, place }] : []));
    const run: RunReport = {
      ...whole,
      hosts: mine.map(({ host }) => host),
      duration: at === 0 ? whole.duration : 0,
      interrupted: whole.interrupted && at === count - 1,
    };
    const places = mine.map(({ place }) => place);
    return runStream(run, { options: OPTIONS, shard: { ...shard, hosts: whole.hosts.length, places } }, diff);
  });
}
