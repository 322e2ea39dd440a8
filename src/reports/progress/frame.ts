import { textWidth } from '../../documents/text-width.ts';
import { visible } from '../../documents/visible.ts';
import { hostLine } from '../host-line.ts';
import { drawCut, type Line, line, span, takeColumns } from '../line.ts';
import { bytes, clock, count } from '../quantity.ts';
import { stepName } from '../step-text.ts';
import type { Style } from '../style.ts';
import type { HostAtWork, ProgressModel, Transfer } from './model.ts';

/** Rows for hosts at work, whatever the size of the fleet. */
const HOST_ROWS = 6;

/**
 * The live display at one moment: a header, some hosts at work, the last failures. At most ten rows, none
 * wider than the terminal, so that drawing it costs the same for one host and for ten thousand.
 *
 * @param rows of the terminal: the display never takes more than it has.
 */
export function frame(model: ProgressModel, now: number, rows: number, style: Style): readonly string[] {
  const lines = [header(model, now, style), ...hostRows(model, now, style), ...troubleRows(model, style)];
  return lines.slice(0, Math.max(1, Math.min(10, rows - 1))).map((one) => drawCut(one, style));
}

function header(model: ProgressModel, now: number, style: Style): Line {
  const { done, total, changed, failed, unreachable, mode, atWork } = model;
  const { symbols } = style;
  const spinner = symbols.spinner[Math.floor(now / 100) % symbols.spinner.length] ?? '';
  const title = { apply: 'apply', 'dry-run': 'dry run', drift: 'drift check' }[mode];
  const changedWord = { apply: 'changed', 'dry-run': 'would change', drift: 'drifted' }[mode];
  const number = (value: number, word: string, tone: 'changed' | 'bad') =>
    value === 0 ? undefined : [` ${symbols.dot} `, span(`${value} ${word}`, tone)];
  return line(
    span(`${spinner} `, 'place'),
    span(title, 'strong'),
    span(` ${clock(now - model.started)}`, 'dim'),
    `  ${done}/${count(total, 'host')}`,
    ...(number(changed, changedWord, 'changed') ?? []),
    ...(number(failed, 'failed', 'bad') ?? []),
    ...(number(unreachable, 'unreachable', 'bad') ?? []),
    ` ${symbols.dot} ${atWork.size} in flight`,
  );
}

function hostRows({ atWork }: ProgressModel, now: number, style: Style): readonly Line[] {
  const shown = [...firstOf(atWork.values(), HOST_ROWS)];
  const column = Math.min(24, Math.max(0, ...shown.map(({ host }) => textWidth(visible(host)))));
  const rest = atWork.size - shown.length;
  return [
    ...shown.map((host) => hostRow(host, column, now, style)),
    ...(rest > 0 ? [line(span(`  ${style.symbols.cut} and ${count(rest, 'more host')}`, 'dim'))] : []),
  ];
}

/** A host, its step, and at the right what must not be cut off: how far the transfer is, or since when it works. */
function hostRow(host: HostAtWork, column: number, now: number, style: Style): Line {
  const name = fitted(visible(host.host), column, style);
  const { phase, step, action } = host;
  const transfer = worthTelling(host.transfer);
  const waited = now - host.since;
  const right =
    transfer !== undefined ? transferText(transfer, style) : waited > 10_000 ? `for ${clock(waited)}` : '';
  const room = style.width - column - 6 - textWidth(right);
  const doing = phase === 'acting' && step !== undefined ? visible(stepName(step)) : '';
  const shown = doing === '' ? '' : fitted(doing, Math.min(room, textWidth(doing)), style);
  const left = room - textWidth(shown) - 2;
  const what = doing === '' ? PHASES[phase] : transfer === undefined ? visible(action ?? '') : '';
  return line(
    `  ${name}  `,
    shown,
    shown === '' ? undefined : '  ',
    left < 6 ? undefined : span(fitted(what, Math.min(left, textWidth(what)), style), 'dim'),
    right === '' ? undefined : span(`${what === '' || left < 6 ? '' : '  '}${right}`, 'dim'),
  );
}

const PHASES = {
  connecting: 'connecting',
  observing: 'observing',
  locked: 'another run is changing it',
  waiting: 'working',
  acting: '',
} as const;

/** A text in exactly so many columns: filled with blanks, or cut. */
function fitted(text: string, columns: number, { symbols }: Style): string {
  const width = textWidth(text);
  if (width <= columns) return text + ' '.repeat(columns - width);
  const kept = takeColumns(text, Math.max(0, columns - textWidth(symbols.cut)));
  return `${kept}${symbols.cut}`;
}

/** A small transfer is over before it is read; a complete one says nothing of what goes on after it. */
function worthTelling(transfer: Transfer | undefined): Transfer | undefined {
  if (transfer === undefined || transfer.total < 1_000_000) return undefined;
  return transfer.sent < transfer.total ? transfer : undefined;
}

function transferText({ sent, total, since, at }: Transfer, { symbols }: Style): string {
  const percent = total === 0 ? 100 : Math.floor((sent / total) * 100);
  const seconds = (at - since) / 1000;
  const rate = seconds > 0.2 ? ` ${symbols.dot} ${bytes(sent / seconds)}/s` : '';
  return `${bytes(sent)} of ${bytes(total)} ${symbols.dot} ${percent}%${rate}`;
}

function troubleRows({ troubles, mode }: ProgressModel, style: Style): readonly Line[] {
  return troubles.map((report) => line('  ', ...hostLine(report, mode, style)));
}

function* firstOf<Value>(values: Iterable<Value>, most: number): Iterable<Value> {
  let left = most;
  for (const value of values) {
    if (left-- <= 0) return;
    yield value;
  }
}
