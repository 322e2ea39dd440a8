import type { HostReport, RunReport, StepReport } from '../../engine/events.ts';
import { changeLines } from '../change-lines.ts';
import { line, span } from '../line.ts';
import { stepName, stepPlace } from '../step-text.ts';
import { alone } from './alone.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, prose, type Row, type Section } from './section.ts';

interface Failure {
  readonly report: StepReport;
  readonly hosts: string[];
  /** No step has changed anything on any of the hosts. */
  untouched: boolean;
}

/** Failed steps: the same failure on several hosts is told once. */
export function failedSections(report: RunReport, options: SummaryOptions): readonly Section[] {
  return groupFailures(report).map((failure) => [
    block(
      line(
        span(`${options.style.symbols.bad} `, 'bad'),
        span(whom(failure.hosts), 'strong'),
        ` ${failVerb(report.mode, failure.hosts.length)} at "${stepName(failure.report.step)}"  `,
        stepPlace(failure.report.step),
      ),
    ),
    ...namesRows(failure.hosts, options),
    ...causeRows(failure, options),
    ...meantRows(failure, options),
    ...(failure.untouched && report.mode === 'apply'
      ? [block(line('  ', span('Nothing was changed there.', 'dim')))]
      : []),
  ]);
}

function failVerb(mode: RunReport['mode'], hosts: number): string {
  if (mode === 'apply') return 'failed';
  return hosts === 1 ? 'fails' : 'fail';
}

function groupFailures({ hosts }: RunReport): readonly Failure[] {
  const found = new Map<string, Failure>();
  for (const host of hosts) {
    for (const report of host.steps) {
      if (report.status !== 'failed' || report.ignored === true) continue;
      const { step, failure } = report;
      const message = (failure?.message ?? '').replaceAll(host.host, '\0');
      const key = JSON.stringify([step.id, step.item, message, failure?.hint, failure?.unknown]);
      const one = found.get(key) ?? { report, hosts: [], untouched: true };
      found.set(key, one);
      one.hosts.push(host.host);
      one.untouched &&= isUntouched(host);
    }
  }
  return [...found.values()];
}

function isUntouched({ steps }: HostReport): boolean {
  return steps.every(
    ({ status, changes }) => status !== 'changed' && (status !== 'failed' || changes.length === 0),
  );
}

function causeRows({ report, hosts }: Failure, { verbosity }: SummaryOptions): readonly Row[] {
  const { failure } = report;
  const rows: Row[] = textRows(failure?.message ?? 'no cause is known', 'bad');
  const said = (failure?.stderr ?? '').trim();
  if (said !== '' && !(failure?.message ?? '').includes(said)) {
    const lines = said.split('\n');
    const most = verbosity > 0 ? lines.length : 10;
    const left = lines.length - Math.min(most, lines.length);
    if (hosts.length > 1) rows.push(block(line('  ', span(`${hosts[0]} said:`, 'dim'))));
    if (left > 0) rows.push(block(line('  | ', span(`(${left} lines before; -v shows all)`, 'dim'))));
    rows.push(...lines.slice(-most).map((text) => block(line(span('  | ', 'dim'), text))));
  }
  if (failure?.unknown === true && !/not known/.test(failure.message)) {
    rows.push(block(line('  ', 'Whether the change was made is not known.')));
  }
  if (failure?.hint !== undefined) rows.push(hintRow(failure.hint));
  return rows;
}

/** What the failed step had set out to do: part of it may be done. */
function meantRows({ report }: Failure, { style }: SummaryOptions): readonly Row[] {
  if (report.changes.length === 0) return [];
  return [
    block(line('  ', span('It was about to make (and may have begun):', 'dim'))),
    ...changeLines(report.changes.map(alone), 'change', style).map((one) => block(line('    ', ...one))),
  ];
}

/** A text of one or more lines. */
export function textRows(text: string, tone: 'bad'): Row[] {
  return text.split('\n').map((one) => prose(line('  ', span(one, tone))));
}

export function hintRow(hint: string): Row {
  return block(line('  ', span('hint: ', 'place'), hint));
}
