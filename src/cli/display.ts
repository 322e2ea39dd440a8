import type { EngineEvent, Listener, RunMode, RunReport } from '../engine/events.ts';
import type { Progress } from '../reports/progress/index.ts';
import type { OutputArguments } from './arguments.ts';
import type { Output } from './output.ts';
import { canDrawLive, styleFor } from './terminal.ts';

/** Everything a run shows while it goes on and at its end. */
export interface Display {
  readonly listener: Listener;
  /** A line for people, above the live display. */
  note(text: string): void;
  /** Takes the live display away; also after a crash. */
  close(): Promise<void>;
  /** Tells how the run went. */
  summarize(report: RunReport): Promise<void>;
}

export async function createDisplay(
  mode: RunMode,
  output: Output,
  options: OutputArguments,
): Promise<Display> {
  if (options.json) return jsonDisplay(output, options);
  const style = styleFor(output.stream, !options.color);
  const { verbosity, diff } = options;
  const common = {
    summarize: async (report: RunReport) => {
      const { summary } = await import('../reports/summary/index.ts');
      const mostNames = verbosity > 0 ? Infinity : 12;
      output.line('');
      for (const line of summary(report, { style, diff, verbosity, mostNames })) output.line(line);
    },
  };
  if (!options.progress || !canDrawLive(output.stream)) {
    const { plainReport } = await import('../reports/plain.ts');
    return {
      ...common,
      listener: plainReport({ mode, style, verbosity, write: output.line }),
      note: (text) => process.stderr.write(`${text}\n`),
      close: async () => {},
    };
  }
  const { startProgress } = await import('../reports/progress/index.ts');
  let progress: Progress | undefined;
  return {
    ...common,
    listener: (event: EngineEvent) => {
      if (event.type === 'run-started') {
        const now = () => performance.now();
        progress = startProgress({
          mode,
          hosts: event.hosts,
          style,
          verbosity,
          terminal: output.stream,
          now,
        });
      }
      progress?.listener(event);
    },
    note: (text) => (progress === undefined ? output.line(text) : progress.note(text)),
    close: async () => progress?.close(),
  };
}

async function jsonDisplay(output: Output, { diff }: OutputArguments): Promise<Display> {
  const { jsonLinesReport } = await import('../reports/json-lines.ts');
  return {
    listener: jsonLinesReport({ write: output.line, diff, now: () => new Date().toISOString() }),
    note: (text) => process.stderr.write(`${text}\n`),
    close: async () => {},
    summarize: async () => {},
  };
}
