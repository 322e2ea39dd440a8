import type { Change } from '../../engine/change.ts';
import type { HostReport, RunMode, RunReport, StepReport } from '../../engine/events.ts';
import { shapesOf, varied } from '../change-groups.ts';
import { changeLines } from '../change-lines.ts';
import { type Line, line, span } from '../line.ts';
import { stepHeading } from '../step-text.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, prose, type Row, type Section } from './section.ts';

interface Failure {
  /** That of the first host. */
  readonly report: StepReport;
  readonly hosts: string[];
  /** What the step had set out to do on each of the hosts, in their order: the same in kind. */
  readonly meant: { readonly host: string; readonly changes: readonly Change[] }[];
  /** No step has changed anything on any of the hosts. */
  untouched: boolean;
}

/** Failed steps: the same failure on several hosts is told once, failures of the same hosts together. */
export function failedSections(report: RunReport, options: SummaryOptions): readonly Section[] {
  const sections = new Map<string, Failure[]>();
  for (const failure of groupFailures(report)) {
    const key = failure.hosts.join('\0');
    sections.set(key, [...(sections.get(key) ?? []), failure]);
  }
  return [...sections.values()].map((failures) => {
    const { hosts, untouched } = failures[0]!;
    return [
      block(heading(failures, report.mode, options)),
      ...namesRows(hosts, options),
      ...failures.flatMap((failure) => [
        block(line('  ', ...stepHeading(failure.report.step))),
        ...causeRows(failure, options),
        ...meantRows(failure, options),
      ]),
      ...(untouched && report.mode === 'apply'
        ? [
            block(
              line(
                '  ',
                span(
                  hosts.length === 1
                    ? 'Nothing was changed on this host.'
                    : 'Nothing was changed on these hosts.',
                  'dim',
                ),
              ),
            ),
          ]
        : []),
    ];
  });
}

function heading(failures: readonly Failure[], mode: RunMode, { style }: SummaryOptions): Line {
  const { hosts } = failures[0]!;
  const verb = mode === 'apply' ? 'failed' : 'cannot succeed';
  const steps = failures.length === 1 ? '' : ` at ${failures.length} steps`;
  return line(span(`${style.symbols.bad} `, 'bad'), span(whom(hosts), 'strong'), ` ${verb}${steps}`);
}

function groupFailures({ hosts }: RunReport): readonly Failure[] {
  const found = new Map<string, Failure>();
  for (const host of hosts) {
    for (const report of host.steps) {
      if (report.status !== 'failed' || report.ignored === true) continue;
      const { step, failure, changes } = report;
      const message = (failure?.message ?? '').replaceAll(host.host, '\0');
      const { hint, unknown = false, rolledBack = false } = failure ?? {};
      const key = JSON.stringify([step.id, step.item, message, hint, unknown, rolledBack, shapesOf(changes)]);
      const one = found.get(key) ?? { report, hosts: [], meant: [], untouched: true };
      found.set(key, one);
      one.hosts.push(host.host);
      one.meant.push({ host: host.host, changes });
      one.untouched &&= isUntouched(host);
    }
  }
  return [...found.values()];
}

function isUntouched({ steps }: HostReport): boolean {
  return steps.every(
    ({ status, changes, failure }) =>
      status !== 'changed' && (status !== 'failed' || (changes.length === 0 && failure?.unknown !== true)),
  );
}

function causeRows({ report, hosts }: Failure, { verbosity }: SummaryOptions): readonly Row[] {
  const { failure } = report;
  const rows: Row[] = textRows(failure?.message ?? 'no cause is known', 4);
  const said = (failure?.stderr ?? '').trim();
  if (said !== '' && !(failure?.message ?? '').includes(said)) {
    const lines = said.split('\n');
    const most = verbosity > 0 ? lines.length : 10;
    const left = lines.length - Math.min(most, lines.length);
    if (hosts.length > 1) rows.push(block(line('    ', span(`${hosts[0]} said:`, 'dim'))));
    if (left > 0) rows.push(block(line('    | ', span(`(${left} lines before; -v shows all)`, 'dim'))));
    rows.push(...lines.slice(-most).map((text) => block(line(span('    | ', 'dim'), text))));
  }
  if (failure?.unknown === true && !/not known/.test(failure.message)) {
    rows.push(block(line('    ', 'Whether the change was made is not known.')));
  }
  if (failure?.hint !== undefined) rows.push(hintRow(failure.hint, 4));
  return rows;
}

/** What the failed step had set out to do: part of it may be done. */
function meantRows({ report, meant }: Failure, { style }: SummaryOptions): readonly Row[] {
  if (report.changes.length === 0) return [];
  const undone = report.failure?.rolledBack === true;
  const heading = undone ? 'It had set out to make:' : 'It was about to make (and may have begun):';
  return [
    block(line('    ', span(heading, 'dim'))),
    ...changeLines(varied(meant), 'change', style).map((one) => block(line('      ', ...one))),
  ];
}

/** A text of one or more lines that tells a cause. */
export function textRows(text: string, indent: number): Row[] {
  return text.split('\n').map((one) => prose(line(' '.repeat(indent), span(one, 'bad'))));
}

export function hintRow(hint: string, indent: number): Row {
  return prose(line(' '.repeat(indent), span('hint: ', 'place'), hint));
}
