import type { HostReport, RunOrigin, RunReport, StepReport } from '../../engine/events.ts';
import { RunSoFar } from '../../engine/run-so-far.ts';
import { jsonLinesReport } from '../json-lines.ts';
import { outcomeOf } from '../outcome.ts';
import type { EventJson, RunFinishedJson, RunStartedJson } from './event-json.ts';
import { type FromJson, originOf } from './from-json.ts';
import type { Place } from './place.ts';

/** One run as its stream tells it. */
export interface Part {
  /** Of its `run-started`. */
  readonly place: Place;
  /** The most steps that a host has. */
  readonly steps: number;
  readonly origin?: RunOrigin;
  /** Of a stream that breaks off: as if the run had been ended there. */
  readonly report: RunReport;
  /** What the stream tells of hosts, line by line, when it was to be kept. */
  readonly lines: readonly string[];
}

/** Why an event cannot be right. */
export interface Contradiction {
  readonly message: string;
  readonly hint: string;
}

const LOST: Contradiction['hint'] = 'lines are missing or were changed: take the stream as it was written';

/** Reads the events of one run, from its `run-started` on. */
export class PartReader {
  readonly place: Place;
  readonly #start: RunStartedJson;
  readonly #fromJson: FromJson;
  readonly #hosts: ReadonlySet<string>;
  readonly #steps = new Map<string, StepReport[]>();
  readonly #reports = new Map<string, HostReport>();
  readonly #lines: string[] | undefined;
  readonly #soFar: RunSoFar;
  #breaking = false;
  #lastTime: string;

  /** @param keepLines whether `Part.lines` is wanted: it holds the whole stream. */
  constructor(start: RunStartedJson, place: Place, keepLines: boolean, fromJson: FromJson) {
    this.place = place;
    this.#start = start;
    this.#fromJson = fromJson;
    this.#hosts = new Set(start.hosts);
    this.#lines = keepLines ? [] : undefined;
    this.#lastTime = start.time ?? '';
    const tell = jsonLinesReport({
      write: (line) => this.#lines?.push(line),
      diff: false,
      now: () => this.#lastTime,
    });
    // The stream's own lines are kept as they stand; only what ends its hosts where it breaks off has none.
    this.#soFar = new RunSoFar((event) => {
      if (this.#breaking && event.type !== 'run-finished') tell(event);
    });
    this.#soFar.listener({ type: 'run-started', mode: start.mode, hosts: start.hosts, steps: start.steps });
  }

  get hosts(): readonly string[] {
    return this.#start.hosts;
  }

  /** Hosts whose end is not told so far. */
  get openHosts(): readonly string[] {
    return this.#start.hosts.filter((host) => !this.#reports.has(host));
  }

  /** Takes an event of a host, and the line that it stands in. */
  host(
    event: Extract<EventJson, { host: string }> | { readonly host: string },
    line: string,
  ): Contradiction | undefined {
    const { host } = event;
    if (!this.#hosts.has(host)) {
      return {
        message: `the run that begins at line ${this.place.line} has no host "${host}"`,
        hint: 'are two streams mixed here? Give each part a file of its own',
      };
    }
    if (this.#reports.has(host)) return { message: `"${host}" has ended before`, hint: LOST };
    this.#lines?.push(line);
    if ('event' in event) this.#take(event);
    return undefined;
  }

  #take(event: Extract<EventJson, { host: string }>): void {
    const { host } = event;
    const { listener } = this.#soFar;
    switch (event.event) {
      case 'host-started':
      case 'host-connected':
        listener({ type: event.event, host });
        return;
      case 'step-started':
        listener({ type: 'step-started', host, step: this.#fromJson.ref(event.step), action: event.action });
        return;
      case 'step-finished': {
        const report = this.#fromJson.step(event);
        const steps = this.#steps.get(host) ?? [];
        steps.push(report);
        this.#steps.set(host, steps);
        listener({ type: 'step-finished', host, report });
        return;
      }
      case 'host-finished': {
        const report = this.#fromJson.host(event, this.#steps.get(host) ?? []);
        this.#steps.delete(host);
        this.#reports.set(host, report);
        listener({ type: 'host-finished', host, report });
      }
    }
  }

  /** Ends the run with its own end, if that fits what was told before. */
  finish(event: RunFinishedJson): Part | Contradiction {
    const { mode, interrupted, durationMs } = event;
    if (mode !== this.#start.mode)
      return { message: `a run that began as ${this.#start.mode} ends as ${mode}`, hint: LOST };
    const [open] = this.openHosts;
    if (open !== undefined) return { message: `the run ends here, but not the host "${open}"`, hint: LOST };
    const hosts = this.hosts.map((host) => this.#reports.get(host)!);
    const report: RunReport = { mode, hosts, duration: durationMs, interrupted };
    for (const [name, number] of Object.entries(outcomeOf(report))) {
      const told = event[name];
      if (told === undefined || told === number) continue;
      return {
        message: `\`${name}\` is ${JSON.stringify(told)} here, but the events before come to ${number}`,
        hint: LOST,
      };
    }
    return this.#part(report);
  }

  /** Ends the run where its stream breaks off: what was under way is unknown, what had not begun was not looked at. */
  breakOff(): Part {
    this.#breaking = true;
    const { mode, time } = this.#start;
    const ended = this.#soFar.end();
    const duration = Math.max(0, Date.parse(this.#lastTime) - Date.parse(time ?? '')) || 0;
    return this.#part({ mode, hosts: ended?.hosts ?? [], duration, interrupted: true });
  }

  /** The clock of the last event, for what is told after it. */
  at(time: unknown): void {
    if (typeof time === 'string') this.#lastTime = time;
  }

  #part(report: RunReport): Part {
    const origin = originOf(this.#start);
    return {
      place: this.place,
      steps: this.#start.steps,
      ...(origin === undefined ? {} : { origin }),
      report,
      lines: this.#lines ?? [],
    };
  }
}
