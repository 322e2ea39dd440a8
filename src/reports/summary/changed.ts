import type { RunReport } from '../../engine/events.ts';
import { type ChangeGroup, groupChanges } from '../change-groups.ts';
import { changeLines } from '../change-lines.ts';
import { diffLines } from '../diff-lines.ts';
import { type Line, line, span } from '../line.ts';
import { countsFor } from '../outcome.ts';
import { count } from '../quantity.ts';
import { stepHeading } from '../step-text.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, raw, type Section } from './section.ts';

/** What changed: hosts with the same changes are told once. */
export function changedSections(report: RunReport, options: SummaryOptions): readonly Section[] {
  return groupChanges(report.hosts, countsFor(report.mode)).map((group) => [
    block(groupHeading(group, report, options)),
    ...namesRows(group.hosts, options),
    ...group.steps.flatMap(({ step, changes }) => [
      block(line('  ', ...stepHeading(step))),
      ...changeLines(changes, report.mode === 'drift' ? 'drift' : 'change', options.style).map((one) =>
        block(line('    ', ...one)),
      ),
      ...(options.diff
        ? changes.flatMap((change) => diffLines(change, options.style)).map((text) => raw(`      ${text}`))
        : []),
    ]),
  ]);
}

function groupHeading(group: ChangeGroup, { mode, interrupted }: RunReport, { style }: SummaryOptions): Line {
  const { hosts, status } = group;
  const noun = mode === 'drift' ? 'difference' : 'change';
  const each = hosts.length > 1 ? ' each' : '';
  return line(
    span(`${style.symbols.changed} `, 'changed'),
    span(whom(hosts), 'strong'),
    ` ${verb({ mode, interrupted }, status, hosts.length)}`,
    span(`  (${count(group.count, noun)}${each})`, 'dim'),
  );
}

function verb(
  { mode, interrupted }: Pick<RunReport, 'mode' | 'interrupted'>,
  status: ChangeGroup['status'],
  hosts: number,
): string {
  if (mode === 'dry-run') return 'would change';
  if (mode === 'drift') return hosts === 1 ? 'has drifted' : 'have drifted';
  if (status === 'failed') return 'changed before a step failed';
  if (status === 'unreachable')
    return interrupted
      ? 'changed before the run was interrupted'
      : 'changed before the host could be used no more';
  return 'changed';
}
