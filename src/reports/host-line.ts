import type { EngineEvent, HostReport, RunMode, StepReport } from '../engine/events.ts';
import { type Line, line, span } from './line.ts';
import { changesOf, countsFor, isUnfinished } from './outcome.ts';
import { count, duration } from './quantity.ts';
import { stepName } from './step-text.ts';
import type { Style } from './style.ts';

/** How a host ended, in one line; the summary has the rest. */
export function hostLine(report: HostReport, mode: RunMode, { symbols }: Style): Line {
  const { host, status, connection } = report;
  const time = span(`  ${duration(report.duration)}`, 'dim');
  const failed = report.steps.find((step) => step.status === 'failed' && step.ignored !== true);
  if (status === 'failed' && failed !== undefined) {
    const { message = '' } = failed.failure ?? {};
    return line(
      span(`${symbols.bad} ${host}`, 'bad'),
      `  ${mode === 'apply' ? 'failed' : 'fails'} at "${stepName(failed.step)}"  `,
      firstLine(message),
    );
  }
  if (status === 'failed' || status === 'unreachable') {
    const message = connection?.message ?? report.bug?.message ?? 'no cause is known';
    const end = isUnfinished(report) ? 'not finished' : status;
    return line(span(`${symbols.bad} ${host}`, 'bad'), `  ${end}  ${firstLine(message)}`);
  }
  const changes = changesOf(report, countsFor(mode));
  if (changes === 0) return line(span(symbols.good, 'good'), ` ${host}  ok`, time);
  const noun = mode === 'drift' ? 'difference' : 'change';
  const verb = mode === 'dry-run' ? ' would be made' : '';
  return line(span(`${symbols.changed} ${host}`, 'changed'), `  ${count(changes, noun)}${verb}`, time);
}

/** One step of a host, for `-v`. */
export function stepLine(host: string, report: StepReport, mode: RunMode, { symbols }: Style): Line {
  const { status, reason, step, changes, always } = report;
  const changed = { apply: 'changed', 'dry-run': 'would change', drift: 'drifted' }[mode];
  const word = status !== 'changed' ? status : always === true ? 'runs always' : changed;
  const tone = ({ ok: 'good', changed: 'changed', failed: 'bad' } as const)[status as 'ok'] ?? 'dim';
  const more =
    status === 'changed' ? count(changes.length, mode === 'drift' ? 'difference' : 'change') : reason;
  return line(
    span(`  ${host} ${symbols.dot} `, 'dim'),
    span(word, tone),
    ` ${stepName(step)}`,
    more === undefined ? undefined : span(`  ${firstLine(more)}`, 'dim'),
  );
}

/** What becomes of the guard of a change that can cut the way in. */
export function guardLine(
  { host, step, state, what, reason }: Extract<EngineEvent, { type: 'guard' }>,
  { symbols }: Style,
): Line {
  const words = {
    armed: `${what}: the host goes back by itself unless the way in is proven`,
    waiting: `${what}: waits until the host's firewall lets a further connection in`,
    proven: `${what}: a new connection got in, the change stays`,
    'rolled-back': `${what}: the change was rolled back`,
    unknown: `${what}: whether the change was rolled back is not known`,
    off: `${what}: changed without a guard (--no-guard)`,
  };
  const tone = state === 'armed' || state === 'waiting' ? 'dim' : state === 'proven' ? 'good' : 'bad';
  return line(
    span(`  ${host} ${symbols.dot} `, 'dim'),
    `${stepName(step)}  `,
    span(words[state], tone),
    reason === undefined ? undefined : span(`  ${firstLine(reason)}`, 'dim'),
  );
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
