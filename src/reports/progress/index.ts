import { Listr, type ListrRendererFactory } from 'listr2';
import type { HostReport, Listener, RunMode } from '../../engine/events.ts';
import { durableLines } from '../durable.ts';
import type { Line } from '../line.ts';
import type { Style } from '../style.ts';
import { type LiveOptions, LiveRenderer } from './live-renderer.ts';
import { ProgressModel } from './model.ts';
import type { Terminal } from './screen.ts';

/** From so many hosts on the display is drawn less often: the controller has better things to do. */
const MANY = 1000;

export interface ProgressOptions {
  readonly mode: RunMode;
  readonly hosts: readonly string[];
  readonly style: Style;
  readonly verbosity: number;
  readonly terminal: Terminal;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

export interface Progress {
  readonly listener: Listener;
  /** A line that is to stay, above the display. */
  note(text: string): void;
  /** Ends the display, also when some host never ended. Resolves when the terminal is clean. */
  close(): Promise<void>;
}

/**
 * The live display: listr2 with one task for each host, which ends as the host does, and with our own
 * renderer. Only for terminals; `plainReport` is for the rest.
 */
export function startProgress(options: ProgressOptions): Progress {
  const { mode, style, verbosity, terminal, now } = options;
  const model = new ProgressModel();
  const durable: Line[] = [];
  const ends = new Map<string, (report: HostReport | undefined) => void>();
  const frameTime = options.hosts.length < MANY ? 100 : 200;
  const rendererOptions: LiveOptions = { model, durable, terminal, style, now, frameTime };
  const listr = new Listr(
    options.hosts.map((host) => {
      const ended = new Promise<HostReport | undefined>((resolve) => ends.set(host, resolve));
      return { title: host, task: () => endOf(ended) };
    }),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: LiveRenderer as unknown as ListrRendererFactory,
      rendererOptions: rendererOptions as never,
    },
  );
  const ended = listr.run();
  return {
    listener: (event) => {
      model.apply(event, now());
      durable.push(...durableLines(event, { mode, style, verbosity, tellOk: false }));
      if (event.type === 'host-finished') ends.get(event.report.host)?.(event.report);
    },
    note: (text) => durable.push([{ text }]),
    close: async () => {
      for (const end of ends.values()) end(undefined);
      await ended;
    },
  };
}

/** A task fails in listr2 when its host does. */
async function endOf(report: Promise<HostReport | undefined>): Promise<void> {
  const { status } = (await report) ?? {};
  if (status === 'failed' || status === 'unreachable') throw new Error(status);
}
