import type { HostReport, RunReport } from '../../engine/events.ts';
import { type Line, line, lineWidth, type Span, span } from '../line.ts';
import { isUnfinished, type Outcome, outcomeOf } from '../outcome.ts';
import { bytes, count, duration } from '../quantity.ts';
import type { SummaryOptions } from './options.ts';
import { block, prose, type Section } from './section.ts';

/** One line of numbers, and what to do next. */
export function totalsSection(report: RunReport, options: SummaryOptions): Section {
  const outcome = outcomeOf(report);
  return [
    ...totals(report, outcome, options).map(block),
    ...(options.verbosity >= 2 ? [block(line(span(traffic(report), 'dim')))] : []),
    ...next(report, outcome).map((text) => prose(line(text))),
  ];
}

/** One line, or two where it does not fit: of the hosts, and of the rest. */
function totals(report: RunReport, outcome: Outcome, { style }: SummaryOptions): readonly Line[] {
  const { mode } = report;
  const changed = { apply: 'changed', 'dry-run': 'would change', drift: 'drifted' }[mode];
  const parts: Span[] = [];
  if (outcome.ok > 0) parts.push(span(`${outcome.ok} ${mode === 'drift' ? 'clean' : 'ok'}`, 'good'));
  if (outcome.changed > 0) parts.push(span(`${outcome.changed} ${changed}`, 'changed'));
  if (outcome.failed > 0) parts.push(span(`${outcome.failed} failed`, 'bad'));
  const unfinished = report.hosts.filter(isUnfinished).length;
  const unreachable = outcome.unreachable - unfinished;
  if (unreachable > 0) parts.push(span(`${unreachable} unreachable`, 'bad'));
  if (unfinished > 0) parts.push(span(`${unfinished} not finished`, 'bad'));
  const hosts = line(
    span(`${count(outcome.hosts, 'host')}: `, 'strong'),
    ...parts.flatMap((part, index) => (index === 0 ? [part] : [{ text: ', ' }, part])),
  );
  const dot = ` ${style.symbols.dot} `;
  const rest = line(numbers(report, outcome).join(dot));
  const whole = line(...hosts, dot, ...rest);
  return lineWidth(whole) <= style.width ? [whole] : [hosts, line('  ', ...rest)];
}

function numbers({ mode, duration: time }: RunReport, outcome: Outcome): readonly string[] {
  return [
    count(outcome.changes, mode === 'drift' ? 'difference' : 'change'),
    // Without these a run that has done nothing would pass for one that had nothing to do.
    ...(outcome.skipped > 0 ? [`${count(outcome.skipped, 'step')} skipped`] : []),
    ...(outcome.unreached > 0 && mode === 'apply' ? [`${count(outcome.unreached, 'step')} not tried`] : []),
    duration(time),
  ];
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
  const again = (text: string, of: readonly HostReport[]): void => {
    if (of.length === 0) return;
    const limit =
      of.length > 10 || of.length === hosts.length ? '.' : `, for these hosts alone: --limit ${names(of)}`;
    lines.push(`${text}${limit}`);
  };
  if (mode === 'apply') again('Mend the cause and run again (what is done is not done twice)', trouble);
  else {
    // What apply would refuse is known: only hosts that nobody could look at were not judged.
    const judged = mode === 'dry-run' ? hosts.filter(({ status }) => status === 'failed') : [];
    again('As it is, apply would not touch hosts that cannot succeed: mend the cause and run again', judged);
    again(
      'These hosts were not judged: mend the cause and run again',
      trouble.filter((host) => !judged.includes(host)),
    );
  }
  return lines;
}

function names(hosts: readonly HostReport[]): string {
  return hosts.map(({ host }) => host).join(',');
}
