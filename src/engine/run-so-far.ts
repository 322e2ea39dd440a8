import type { EngineEvent, HostReport, Listener, RunMode, RunReport, StepRef, StepReport } from './events.ts';
import { unreached } from './step-report.ts';

/** What is kept of a host that is under way. */
interface Underway {
  readonly steps: StepReport[];
  /** What acts now: nobody knows yet how it ends. */
  acting?: Pick<StepReport, 'step' | 'changes'>;
  /** All that is to be gone through, as far as that is known. */
  planned: readonly StepRef[];
  connected: boolean;
  readonly started: number;
}

/**
 * Passes the events of a run on, and can end the run for its listener at any moment, without waiting for hosts: with
 * what was done until then, what is unknown, and what was not tried.
 */
export class RunSoFar {
  readonly #emit: Listener;
  readonly #underway = new Map<string, Underway>();
  readonly #finished = new Map<string, HostReport>();
  #mode: RunMode = 'apply';
  #hosts: readonly string[] = [];
  #started = performance.now();
  #over = false;

  constructor(emit: Listener) {
    this.#emit = emit;
  }

  readonly listener: Listener = (event) => {
    if (this.#over) return;
    this.#keep(event);
    this.#emit(event);
  };

  /** Tells the end of the run; undefined when it has not begun or has ended. What still comes in is told to nobody. */
  end(): RunReport | undefined {
    if (this.#over || this.#hosts.length === 0) return undefined;
    for (const host of this.#hosts) if (!this.#finished.has(host)) this.#endHost(host);
    const report: RunReport = {
      mode: this.#mode,
      hosts: this.#hosts.flatMap((host) => this.#finished.get(host) ?? []),
      duration: performance.now() - this.#started,
      interrupted: true,
    };
    this.listener({ type: 'run-finished', report });
    return report;
  }

  #endHost(host: string): void {
    const { acting } = this.#hostOf(host);
    if (acting !== undefined) {
      const failure = {
        message: 'the run was ended while this step acted; whether the change was made is not known',
        hint:
          acting.step.kind === 'command'
            ? 'run again: a command that nothing guards (creates, removes, unless, only_if) runs once more'
            : 'run again: the host is observed anew, and what is missing is done',
        unknown: true,
      };
      const report: StepReport = { ...acting, status: 'failed', failure, duration: 0 };
      this.listener({ type: 'step-finished', host, report });
    }
    const { steps, planned, connected, started } = this.#hostOf(host);
    const tried = new Set(steps.map(({ step }) => step.id));
    for (const step of planned.filter(({ id }) => !tried.has(id))) {
      this.listener({ type: 'step-finished', host, report: unreached(step, 'the run was interrupted') });
    }
    const failed = steps.some(({ status, ignored }) => status === 'failed' && ignored !== true);
    const interrupted = {
      kind: 'interrupted',
      message: 'the run was ended before this host was done',
    } as const;
    const report: HostReport = {
      host,
      status: failed ? 'failed' : 'unreachable',
      steps,
      surprises: [],
      // The step that failed, or of which the end is not known, says it for the host.
      ...(failed ? {} : { connection: interrupted }),
      connections: connected ? 1 : 0,
      roundTrips: 0,
      bytesSent: 0,
      duration: performance.now() - started,
    };
    this.listener({ type: 'host-finished', host, report });
  }

  #keep(event: EngineEvent): void {
    switch (event.type) {
      case 'run-started':
        this.#mode = event.mode;
        this.#hosts = event.hosts;
        this.#started = performance.now();
        return;
      case 'host-connected':
        this.#hostOf(event.host).connected = true;
        return;
      case 'host-observed':
        this.#hostOf(event.host).planned = event.planned ?? [];
        return;
      case 'step-started':
        this.#hostOf(event.host).acting = { step: event.step, changes: event.changes ?? [] };
        return;
      case 'step-finished': {
        const underway = this.#hostOf(event.host);
        delete underway.acting;
        underway.steps.push(event.report);
        return;
      }
      case 'host-finished':
        this.#finished.set(event.host, event.report);
        this.#underway.delete(event.host);
        return;
      case 'run-finished':
        this.#over = true;
        return;
      default:
    }
  }

  #hostOf(host: string): Underway {
    const known = this.#underway.get(host) ?? {
      steps: [],
      planned: [],
      connected: false,
      started: performance.now(),
    };
    this.#underway.set(host, known);
    return known;
  }
}
