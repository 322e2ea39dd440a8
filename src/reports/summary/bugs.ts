import type { RunReport } from '../../engine/events.ts';
import { line, span } from '../line.ts';
import { hintRow, textRows } from './failed.ts';
import { namesRows, type SummaryOptions, whom } from './options.ts';
import { block, raw, type Section } from './section.ts';

/** Hosts whose work was ended by a bug of ours: said with an apology, and with the stack on request. */
export function bugSection({ hosts }: RunReport, options: SummaryOptions): Section {
  const { style, verbosity } = options;
  const hit = hosts.filter(({ bug }) => bug !== undefined);
  const [first] = hit;
  if (first?.bug === undefined) return [];
  const names = hit.map(({ host }) => host);
  return [
    block(
      line(
        span(`${style.symbols.bad} `, 'bad'),
        span(whom(names), 'strong'),
        ' given up, because of a bug in provision; sorry',
      ),
    ),
    ...namesRows(names, options),
    ...textRows(first.bug.message, 2),
    ...(verbosity >= 3 ? (first.bug.stack ?? '').split('\n').slice(1).map(raw) : []),
    hintRow(
      'please report it, with what -vvv adds; files on the hosts are whole, and running again is safe',
      2,
    ),
  ];
}
