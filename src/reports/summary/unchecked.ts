import type { HostReport, RunReport, StepRef, StepReport } from '../../engine/events.ts';
import { listHosts } from '../host-names.ts';
import { line, span } from '../line.ts';
import { count } from '../quantity.ts';
import { stepHeading } from '../step-text.ts';
import type { SummaryOptions } from './options.ts';
import { block, prose, type Section } from './section.ts';

interface Said {
  readonly step: StepRef;
  readonly text: string;
  readonly hosts: string[];
}

/** Steps that could not be judged, with the reason: never told as "ok". */
export function uncheckedSection(report: RunReport, options: SummaryOptions): Section {
  const drift = report.mode === 'drift';
  const said = gather(report.hosts, (step) => {
    if (step.status === 'deferred') return step.reason ?? 'known only at apply';
    if (drift && step.always === true && step.status === 'changed')
      return 'runs on every apply, so it says nothing about drift';
    return undefined;
  });
  return list(drift ? 'Not checked' : 'Known only at apply', said, report, options);
}

/** What the dry run takes for granted: that commands change nothing that the steps after them look at. */
export function assumedSection({ hosts }: RunReport, options: SummaryOptions): Section {
  const found = new Map<string, { step: StepRef; hosts: Set<string>; later: Set<string> }>();
  for (const { host, steps } of hosts) {
    for (const { step: later, assumes = [] } of steps) {
      for (const step of assumes) {
        const key = JSON.stringify([step.id, step.name, step.item]);
        const one = found.get(key) ?? { step, hosts: new Set(), later: new Set() };
        found.set(key, one);
        one.hosts.add(host);
        one.later.add(later.id);
      }
    }
  }
  if (found.size === 0) return [];
  return [
    block(line(span('? ', 'changed'), span('Taken for granted', 'strong'))),
    ...[...found.values()].flatMap(({ step, hosts: which, later }) => [
      block(line('  ', ...stepHeading(step), span(onHosts([...which], hosts.length, options), 'dim'))),
      prose(line('    ', granted(later.size))),
    ]),
  ];
}

function granted(later: number): string {
  return later === 1
    ? '1 later step is told as if this changed nothing that it looks at'
    : `${later} later steps are told as if this changed nothing that they look at`;
}

/** What steps had to say besides changes. */
export function notesSection(report: RunReport, options: SummaryOptions): Section {
  return list(
    'Notes',
    gather(report.hosts, ({ notes }) => notes),
    report,
    options,
  );
}

/** What an interruption has left undone. After a failure the failed step alone says what to mend. */
export function untriedSection(report: RunReport, options: SummaryOptions): Section {
  if (!report.interrupted) return [];
  const said = gather(report.hosts, ({ status }) => (status === 'unreached' ? '' : undefined));
  const most = options.verbosity > 0 ? said.length : 10;
  const left = said.length - Math.min(most, said.length);
  return [
    ...list('Not tried', said.slice(0, most), report, options),
    ...(left > 0 ? [block(line('  ', span(`and ${count(left, 'more step')} (-v shows all)`, 'dim')))] : []),
  ];
}

/** Failures that the playbook allows. */
export function ignoredSection(report: RunReport, options: SummaryOptions): Section {
  const said = gather(report.hosts, ({ ignored, failure }) =>
    ignored === true ? failure?.message : undefined,
  );
  return list('Failed, as ignore_errors allows', said, report, options);
}

function gather(
  hosts: readonly HostReport[],
  tell: (step: StepReport) => string | readonly string[] | undefined,
): readonly Said[] {
  const found = new Map<string, Said>();
  for (const host of hosts) {
    for (const report of host.steps) {
      for (const text of [tell(report) ?? []].flat()) {
        const { step } = report;
        const key = JSON.stringify([step.id, step.name, step.item, text]);
        const said = found.get(key) ?? { step, text, hosts: [] };
        found.set(key, said);
        said.hosts.push(host.host);
      }
    }
  }
  return [...found.values()];
}

function list(title: string, said: readonly Said[], report: RunReport, options: SummaryOptions): Section {
  if (said.length === 0) return [];
  return [
    block(line(span('? ', 'changed'), span(title, 'strong'))),
    ...said.flatMap(({ step, text, hosts }) => [
      block(line('  ', ...stepHeading(step), span(onHosts(hosts, report.hosts.length, options), 'dim'))),
      ...(text === '' ? [] : text.split('\n')).map((one) => prose(line('    ', one))),
    ]),
  ];
}

function onHosts(hosts: readonly string[], all: number, { style, mostNames }: SummaryOptions): string {
  return hosts.length === all && hosts.length > 1
    ? `  on all ${hosts.length} hosts`
    : `  on ${listHosts(hosts, style.symbols, Math.min(4, mostNames))}`;
}
