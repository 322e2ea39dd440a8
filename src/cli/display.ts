import type { EngineEvent, Listener, RunMode, RunReport } from '../engine/events.ts';
import { drawWrapped, line } from '../reports/line.ts';
import type { Progress } from '../reports/progress/index.ts';
import type { Style } from '../reports/style.ts';
import type { OutputArguments } from './arguments.ts';
import { pauseWhileAsked } from './asking.ts';
import type { Output } from './output.ts';
import { canDrawLive, styleFor } from './terminal.ts';

/** Everything a run shows while it goes on and at its end. */
export interface Display {
  readonly listener: Listener;
  /** A line for people, above the live display. */
  note(text: string): void;
  /** Takes the live display away; may be called again. */
  close(): Promise<void>;
  /** Tells how the run went. */
  summarize(report: RunReport): Promise<void>;
}

/** Begins to show: as JSON lines, as plain lines, or live on a terminal. */
export async function createDisplay(
  mode: RunMode,
  output: Output,
  options: OutputArguments,
): Promise<Display> {
  if (options.json) return jsonDisplay(output, options);
  const style = styleFor(output.stream, !options.color);
  const { verbosity } = options;
  const summarize = async (report: RunReport): Promise<void> => {
    output.line('');
    await writeSummary(report, output, options);
  };
  const live = options.progress && canDrawLive(output.stream);
  const display = live
    ? await liveDisplay(mode, output, style, verbosity)
    : await plainDisplay(mode, output, style, verbosity);
  return { ...display, summarize };
}

/** Tells people how a run went. */
export async function writeSummary(
  report: RunReport,
  output: Output,
  { color, verbosity, diff }: OutputArguments,
): Promise<void> {
  const { summary } = await import('../reports/summary/index.ts');
  const style = styleFor(output.stream, !color);
  const mostNames = verbosity > 0 ? Infinity : 12;
  for (const line of summary(report, { style, diff, verbosity, mostNames })) output.line(line);
}

/** Between words, where a terminal would break inside one. */
function wrapped(text: string, style: Style): string {
  return drawWrapped(line(text), style, 2).join('\n');
}

function noteOnStderr(text: string, noColor: boolean): void {
  process.stderr.write(`${wrapped(text, styleFor(process.stderr, noColor))}\n`);
}

async function jsonDisplay(output: Output, options: OutputArguments): Promise<Display> {
  const { jsonLinesReport } = await import('../reports/json-lines.ts');
  return {
    listener: jsonLinesReport({
      write: output.line,
      diff: options.diff,
      now: () => new Date().toISOString(),
    }),
    note: (text) => noteOnStderr(text, !options.color),
    close: async () => {},
    summarize: async () => {},
  };
}

async function plainDisplay(
  mode: RunMode,
  output: Output,
  style: Style,
  verbosity: number,
): Promise<Omit<Display, 'summarize'>> {
  const { plainReport } = await import('../reports/plain.ts');
  return {
    listener: plainReport({ mode, style, verbosity, write: output.line }),
    note: (text) => noteOnStderr(text, !style.color),
    close: async () => {},
  };
}

async function liveDisplay(
  mode: RunMode,
  output: Output,
  style: Style,
  verbosity: number,
): Promise<Omit<Display, 'summarize'>> {
  const [{ startProgress }, { showBusy }] = await Promise.all([
    import('../reports/progress/index.ts'),
    import('../reports/progress/busy.ts'),
  ]);
  const terminal = output.stream;
  const busy = showBusy('checking playbooks and files', terminal, style);
  const unpausable = pauseWhileAsked(busy.pause);
  const stopBusy = (): void => {
    unpausable();
    busy.stop();
  };
  let progress: Progress | undefined;
  return {
    listener: (event: EngineEvent) => {
      if (event.type === 'run-started') {
        stopBusy();
        const now = (): number => performance.now();
        progress = startProgress({ mode, hosts: event.hosts, style, verbosity, terminal, now });
      }
      progress?.listener(event);
    },
    note: (text) => {
      if (progress !== undefined) return progress.note(text);
      stopBusy();
      output.line(wrapped(text, style));
    },
    close: async () => {
      stopBusy();
      const ending = progress;
      progress = undefined;
      await ending?.close();
    },
  };
}
