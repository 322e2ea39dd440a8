import type { EngineEvent, RunMode } from '../engine/events.ts';
import { guardLine, hostLine, stepLine } from './host-line.ts';
import { type Line, line, span } from './line.ts';
import { bytes, count } from './quantity.ts';
import { stepName } from './step-text.ts';
import type { Style } from './style.ts';

export interface DurableOptions {
  readonly mode: RunMode;
  readonly style: Style;
  readonly verbosity: number;
  /** Whether hosts with nothing to do are worth a line. */
  readonly tellOk: boolean;
}

/** The lines that an event leaves behind for good: the same above a live display and in a log. */
export function durableLines(event: EngineEvent, options: DurableOptions): readonly Line[] {
  const { mode, style, verbosity } = options;
  switch (event.type) {
    case 'concurrency':
      if (verbosity < 1) return [];
      return [line(span(`  ${atOnce(event.limit)}: ${event.reason}`, 'dim'))];
    case 'host-waiting':
      return [
        line(span(`  ${event.host} ${style.symbols.dot} `, 'dim'), `waits for another run: ${event.holder}`),
      ];
    case 'step-finished':
      if (verbosity < 1) return [];
      return [stepLine(event.host, event.report, mode, style)];
    case 'step-retried': {
      const { host, step, attempt, problem } = event;
      const text = `"${stepName(step)}" failed, try ${attempt + 1} follows: ${problem.message.split('\n')[0]}`;
      return [line(span(`  ${host} ${style.symbols.dot} `, 'dim'), text)];
    }
    case 'guard': {
      const quiet = event.state === 'armed' || event.state === 'proven';
      return !quiet || verbosity >= 1 ? [guardLine(event, style)] : [];
    }
    case 'host-finished': {
      const { report } = event;
      const { connections, roundTrips, bytesSent } = report;
      const facts = `${count(connections, 'connection')}, ${count(roundTrips, 'round trip')}, ${bytes(bytesSent)} sent`;
      return [
        ...(verbosity >= 2 ? [line(span(`  ${report.host} ${style.symbols.dot} ${facts}`, 'dim'))] : []),
        ...(report.status === 'ok' && !options.tellOk ? [] : [hostLine(report, mode, style)]),
      ];
    }
    default:
      return [];
  }
}

function atOnce(limit: number): string {
  return limit === 1 ? 'one host at a time' : `${count(limit, 'host')} at the same time`;
}
