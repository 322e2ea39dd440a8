import { median, pairwiseRatios, type Spread, spread } from '../measure/statistics.ts';
import type { Measured } from '../measure/turns.ts';
import type { Group, PartResult, Results, Table } from './results.ts';

/** All results as a page of tables. */
export function resultsMarkdown({ parts }: Results): string {
  return `${parts.map(partMarkdown).join('\n')}`;
}

function partMarkdown(part: PartResult): string {
  const { made, commit, machine, versions, seconds } = part.circumstances;
  const lines = [
    `## ${part.title}`,
    '',
    `${made.slice(0, 16).replace('T', ' ')}, commit ${commit}; ${machine}; ${versions}. It took ${seconds.toFixed(0)} s.`,
    '',
    ...(part.error === undefined ? [] : [`**Not finished:** ${part.error.split('\n', 1)[0]}`, '']),
    ...part.groups.flatMap(groupMarkdown),
    ...(part.tables ?? []).flatMap(tableMarkdown),
    ...part.notes.map((note) => `- ${note}`),
    ...(part.notes.length > 0 ? [''] : []),
  ];
  return lines.join('\n');
}

function groupMarkdown({ title, hosts, rows, baselines }: Group): readonly string[] {
  const shown = baselines.filter((name) => rows.some((row) => row.name === name && row.rounds.length > 0));
  return tableMarkdown({
    title: hosts === 0 ? title : `${title}, ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`,
    columns: [
      'command',
      'median s',
      'range s',
      'runs',
      'its CPU s',
      'machine CPU s',
      'peak MiB',
      ...shown.map((name) => `× ${name}`),
    ],
    rows: rows.map((row) => [
      row.name,
      ...costCells(row),
      ...shown.map((name) =>
        name === row.name ? '1' : ratioCell(row, rows.find((one) => one.name === name)!),
      ),
    ]),
  });
}

function costCells({ rounds }: Measured): readonly string[] {
  const seconds = spread(rounds.map((cost) => cost.seconds));
  if (seconds === undefined) return ['–', '–', '0', '–', '–', '–'];
  return [
    figure(seconds.median),
    `${figure(seconds.low)}–${figure(seconds.high)}`,
    String(seconds.count),
    figure(median(rounds.map((cost) => cost.cpuSeconds))),
    figure(median(rounds.map((cost) => cost.machineCpuSeconds))),
    median(rounds.map((cost) => cost.peakMiB)).toFixed(0),
  ];
}

/** Of wall time, round by round: the median and the spread. */
function ratioCell(row: Measured, baseline: Measured): string {
  const seconds = ({ rounds }: Measured): readonly number[] => rounds.map((cost) => cost.seconds);
  const ratio = spread(pairwiseRatios(seconds(row), seconds(baseline)));
  return ratio === undefined ? '–' : spreadText(ratio);
}

/** Such as `1.39 (1.36–1.43)`. */
export function spreadText({ median: middle, low, high, count }: Spread): string {
  return count === 1 ? figure(middle) : `${figure(middle)} (${figure(low)}–${figure(high)})`;
}

/** Three digits that count. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 || value === 0 ? value.toFixed(2) : value.toFixed(3);
}

function tableMarkdown({ title, columns, rows }: Table): readonly string[] {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`### ${title}`, '', row(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(row), ''];
}
