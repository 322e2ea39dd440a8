import type { RunReport } from '../../engine/events.ts';
import { type Line, line, type Span, span } from '../line.ts';
import { type Outcome, outcomeOf } from '../outcome.ts';
import { bytes, count, duration } from '../quantity.ts';
import type { SummaryOptions } from './options.ts';
import { block, prose, type Section } from './section.ts';

/** One line of numbers, and what to do next. */
export function totalsSection(report: RunReport, options: SummaryOptions): Section {
  const outcome = outcomeOf(report);
  return [
    block(totals(report, outcome, options)),
    ...(options.verbosity >= 2 ? [block(line(span(traffic(report), 'dim')))] : []),
    ...next(report, outcome).map((text) => prose(line(text))),
  ];
}

function totals(report: RunReport, outcome: Outcome, { style }: SummaryOptions): Line {
  const { mode } = report;
  const changed = { apply: 'changed', 'dry-run': 'would change', drift: 'drifted' }[mode];
  const parts: Span[] = [];
  if (outcome.ok > 0) parts.push(span(`${outcome.ok} ${mode === 'drift' ? 'clean' : 'ok'}`, 'good'));
  if (outcome.changed > 0) parts.push(span(`${outcome.changed} ${changed}`, 'changed'));
  if (outcome.failed > 0) parts.push(span(`${outcome.failed} failed`, 'bad'));
  if (outcome.unreachable > 0) parts.push(span(`${outcome.unreachable} unreachable`, 'bad'));
  const noun = mode === 'drift' ? 'difference' : 'change';
  return line(
    span(`${count(outcome.hosts, 'host')}: `, 'strong'),
    ...parts.flatMap((part, index) => (index === 0 ? [part] : [{ text: ', ' }, part])),
    ` ${style.symbols.dot} ${count(outcome.changes, noun)}`,
    ` ${style.symbols.dot} ${duration(report.duration)}`,
  );
}

function traffic({ hosts }: RunReport): string {
  const trips = hosts.reduce((sum, { roundTrips }) => sum + roundTrips, 0);
  const sent = hosts.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  const connections = hosts.reduce((sum, host) => sum + host.connections, 0);
  return `${count(connections, 'connection')}, ${count(trips, 'round trip')}, ${bytes(sent)} of files sent`;
}

function next({ mode, interrupted, hosts }: RunReport, outcome: Outcome): readonly string[] {
  if (interrupted) return ['Interrupted: run again, and what is missing is done.'];
  const trouble = hosts.filter(({ status }) => status === 'failed' || status === 'unreachable');
  const limit =
    trouble.length > 10 || trouble.length === hosts.length
      ? ''
      : ` --limit ${trouble.map(({ host }) => host).join(',')}`;
  const lines: string[] = [];
  if (mode === 'dry-run') {
    if (outcome.changes > 0)
      lines.push('Nothing was written. Run again without --dry-run to make these changes.');
    else if (trouble.length === 0) lines.push('Nothing to change.');
  }
  if (mode === 'drift') {
    if (outcome.changed > 0)
      lines.push('To bring the hosts back, run "provision apply" with the same inventory and playbooks.');
    else if (trouble.length === 0) lines.push('No drift.');
  }
  if (trouble.length > 0) {
    const again =
      mode === 'apply'
        ? 'Mend the cause and run again (what is done is not done twice)'
        : 'These hosts were not judged: mend the cause and run again';
    lines.push(`${again}${limit === '' ? '.' : `, for these hosts alone:${limit}`}`);
  }
  return lines;
}
