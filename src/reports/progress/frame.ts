import { hostLine } from '../host-line.ts';
import { drawCut, type Line, line, span } from '../line.ts';
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
    `  ${done}/${count(total, 'host')}`,
    ...(number(changed, changedWord, 'changed') ?? []),
    ...(number(failed, 'failed', 'bad') ?? []),
    ...(number(unreachable, 'unreachable', 'bad') ?? []),
    ` ${symbols.dot} ${atWork.size} in flight`,
    span(`  ${clock(now - model.started)}`, 'dim'),
  );
}

function hostRows({ atWork }: ProgressModel, now: number, style: Style): readonly Line[] {
  const shown = [...firstOf(atWork.values(), HOST_ROWS)];
  const width = Math.max(0, ...shown.map(({ host }) => host.length));
  const rest = atWork.size - shown.length;
  return [
    ...shown.map((host) =>
      line(`  ${host.host.padEnd(Math.min(width, 24))}  `, ...activity(host, now, style)),
    ),
    ...(rest > 0
      ? [line(span(`  ${style.symbols.cut} and ${count(rest, 'more host', 'more hosts')}`, 'dim'))]
      : []),
  ];
}

function activity({ phase, step, action, transfer, since }: HostAtWork, now: number, style: Style) {
  const slow = now - since > 10_000 ? span(`  ${clock(now - since)}`, 'dim') : undefined;
  if (phase !== 'acting' || step === undefined) {
    return [span(phase === 'waiting' ? 'working' : phase, 'dim'), slow];
  }
  const told =
    transfer === undefined ? span(`  ${action ?? ''}`, 'dim') : `  ${transferText(transfer, style)}`;
  return [stepName(step), told, transfer === undefined ? slow : undefined];
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
