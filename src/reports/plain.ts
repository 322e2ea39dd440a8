import type { Listener, RunMode } from '../engine/events.ts';
import { durableLines } from './durable.ts';
import { drawLine } from './line.ts';
import type { Style } from './style.ts';

export interface PlainOptions {
  readonly mode: RunMode;
  readonly style: Style;
  readonly verbosity: number;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
}

/** Progress for logs and pipes: one line for each host that ended, and no control characters. */
export function plainReport({ write, style, ...rest }: PlainOptions): Listener {
  return (event) => {
    for (const line of durableLines(event, { ...rest, style, tellOk: true })) write(drawLine(line, style));
  };
}
