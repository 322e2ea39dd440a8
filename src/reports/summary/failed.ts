import type {
  HostReport,
  RunMode,
  RunReport,
  StepProblem,
  StepRef,
  StepReport,
} from '../../engine/events.ts';
import { commonStep, shapesOf, stepWords, varied } from '../change-groups.ts';
import { changeLines } from '../change-lines.ts';
import { type Line, line, span } from '../line.ts';
import { type Common, commonText, groupAlike } from '../own-name.ts';
import { stepHeading } from '../step-text.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, prose, type Row, type Section } from './section.ts';

interface Failure {
  readonly step: StepRef;
  readonly hosts: readonly string[];
  /** What each of the hosts reports of it; what they had set out to do is the same in kind. */
  readonly reports: readonly StepReport[];
  /** No step has changed anything on any of the hosts. */
  readonly untouched: boolean;
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
        block(line('  ', ...stepHeading(failure.step))),
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
  const failed = hosts.flatMap((host) =>
    host.steps
      .filter(({ status, ignored }) => status === 'failed' && ignored !== true)
      .map((report) => ({ host, report })),
  );
  const groups = groupAlike(
    failed,
    ({ host }) => host.host,
    ({ report }, common) => failureKey(report, common),
  );
  return groups.map((alike) => ({
    step: commonStep(alike.map(({ host, report }) => ({ host: host.host, step: report.step }))),
    hosts: alike.map(({ host }) => host.host),
    reports: alike.map(({ report }) => report),
    untouched: alike.every(({ host }) => isUntouched(host)),
  }));
}

/** Everything of a failed step that makes hosts belong together. */
function failureKey({ step, failure, changes }: StepReport, common: Common): readonly unknown[] {
  const { message = '', hint = '', unknown = false, rolledBack = false } = failure ?? {};
  const told = [...stepWords(step, common), common(message), common(hint)];
  return [step.id, ...told, unknown, rolledBack, shapesOf(changes, common)];
}

function isUntouched({ steps }: HostReport): boolean {
  return steps.every(
    ({ status, changes, failure }) =>
      status !== 'changed' && (status !== 'failed' || (changes.length === 0 && failure?.unknown !== true)),
  );
}

function causeRows({ hosts, reports }: Failure, { verbosity }: SummaryOptions): readonly Row[] {
  const failures = reports.map(({ failure }) => failure ?? { message: 'no cause is known' });
  const common = (text: (failure: StepProblem) => string): string =>
    commonText(failures.map((failure, at) => [hosts[at]!, text(failure)]));
  const first = failures[0]!;
  const rows: Row[] = textRows(
    common(({ message }) => message),
    4,
  );
  const said = (first.stderr ?? '').trim();
  if (said !== '' && !first.message.includes(said)) {
    const lines = said.split('\n');
    const most = verbosity > 0 ? lines.length : 10;
    const left = lines.length - Math.min(most, lines.length);
    if (hosts.length > 1) rows.push(block(line('    ', span(`${hosts[0]} said:`, 'dim'))));
    if (left > 0) rows.push(block(line('    | ', span(`(${left} lines before; -v shows all)`, 'dim'))));
    rows.push(...lines.slice(-most).map((text) => block(line(span('    | ', 'dim'), text))));
  }
  if (first.unknown === true && !/not known/.test(first.message)) {
    rows.push(block(line('    ', 'Whether the change was made is not known.')));
  }
  const hint = common((failure) => failure.hint ?? '');
  if (hint !== '') rows.push(hintRow(hint, 4));
  return rows;
}

/** What the failed step had set out to do: part of it may be done. */
function meantRows({ hosts, reports }: Failure, { style }: SummaryOptions): readonly Row[] {
  const first = reports[0]!;
  if (first.changes.length === 0) return [];
  const undone = first.failure?.rolledBack === true;
  const heading = undone ? 'It had set out to make:' : 'It was about to make (and may have begun):';
  const meant = varied(reports.map(({ changes }, at) => ({ host: hosts[at]!, changes })));
  return [
    block(line('    ', span(heading, 'dim'))),
    ...changeLines(meant, 'change', style).map((one) => block(line('      ', ...one))),
  ];
}

/** A text of one or more lines that tells a cause. */
export function textRows(text: string, indent: number): Row[] {
  return text.split('\n').map((one) => prose(line(' '.repeat(indent), span(one, 'bad'))));
}

export function hintRow(hint: string, indent: number): Row {
  return prose(line(' '.repeat(indent), span('hint: ', 'place'), hint));
}
