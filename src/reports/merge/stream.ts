import type { Diagnostic } from '../../documents/diagnostic.ts';
import type { OfflineProblem } from '../../engine/prepare.ts';
import { nameHosts } from '../host-names.ts';
import { count } from '../quantity.ts';
import { createStyle } from '../style.ts';
import type { DiagnosticJson } from './event-json.ts';
import { createFromJson, type FromJson } from './from-json.ts';
import { type Contradiction, type Part, PartReader } from './part.ts';
import { type Place, problemAt } from './place.ts';
import { type ReadEvent, readEvent } from './read-event.ts';

/** What a stream of events holds: mostly one run, but several may stand one after the other. */
export interface StreamContent {
  readonly parts: readonly Part[];
  /** Where runs were refused before they began. */
  readonly refused: readonly Place[];
  /** What the runs had found in inventories and playbooks. */
  readonly diagnostics: readonly Diagnostic[];
  readonly offline: readonly OfflineProblem[];
  /** Whether a run began, or was refused. */
  readonly began: boolean;
  /** Runs that do not come to their end. */
  readonly unfinished: readonly Diagnostic[];
  /** The stream cannot be trusted. */
  readonly wrong: readonly Diagnostic[];
}

const NO_EVENT = 'give what `provision … --json` has written to standard output, and nothing else';

/** Makes readers of streams. They keep once what all of them tell alike. */
export function createStreams(keepLines: boolean): (file: string) => StreamReader {
  const fromJson = createFromJson();
  return (file) => new StreamReader(file, keepLines, fromJson);
}

/** Reads one stream, line by line. */
class StreamReader {
  readonly #file: string;
  readonly #keepLines: boolean;
  readonly #fromJson: FromJson;
  readonly #parts: Part[] = [];
  readonly #refused: Place[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #offline: OfflineProblem[] = [];
  readonly #unfinished: Diagnostic[] = [];
  readonly #wrong: Diagnostic[] = [];
  #line = 0;
  /** A line that is no JSON: the last one may be torn. */
  #torn: Place | undefined;
  #open: PartReader | undefined;
  /** The first error of a run that will not begin. */
  #refusal: Place | undefined;
  #events = 0;

  constructor(file: string, keepLines: boolean, fromJson: FromJson) {
    this.#file = file;
    this.#keepLines = keepLines;
    this.#fromJson = fromJson;
  }

  /** Takes the next line, without its end. What comes after something wrong is not looked at. */
  line(text: string): void {
    this.#line += 1;
    if (this.#wrong.length > 0 || text.trim() === '') return;
    const read: ReadEvent = this.#torn === undefined ? readEvent(text) : { kind: 'torn' };
    if (this.#torn !== undefined) this.#refuse(this.#torn, 'this is no JSON', NO_EVENT);
    else if (read.kind === 'torn') this.#torn = this.#place;
    else if (read.kind === 'wrong') this.#refuse(this.#place, read.message, read.hint);
    else {
      this.#events += 1;
      this.#take(read, text);
    }
  }

  /** Tells what was found, when there are no more lines. */
  end(): StreamContent {
    if (this.#torn !== undefined && this.#events === 0) this.#refuse(this.#torn, 'this is no JSON', NO_EVENT);
    let began = true;
    if (this.#wrong.length === 0) {
      this.#endOpen();
      this.#endRefusal();
      began = this.#parts.length + this.#refused.length > 0;
      if (!began) this.#unfinished.push(this.#neverBegan());
    }
    return {
      began,
      parts: this.#parts,
      refused: this.#refused,
      diagnostics: this.#diagnostics,
      offline: this.#offline,
      unfinished: this.#unfinished,
      wrong: this.#wrong,
    };
  }

  get #place(): Place {
    return { file: this.#file, line: this.#line };
  }

  #take(read: Extract<ReadEvent, { kind: 'event' | 'other' }>, text: string): void {
    if (read.kind === 'other') {
      if (read.host !== undefined) this.#host({ host: read.host }, text);
      return;
    }
    const { event } = read;
    this.#open?.at((event as { readonly time?: unknown }).time);
    switch (event.event) {
      case 'diagnostic':
        if (event.severity === 'error') this.#refusal ??= this.#place;
        this.#diagnostics.push(diagnosticOf(event));
        return;
      case 'refused':
        this.#refusal ??= this.#place;
        this.#offline.push(...event.problems);
        return;
      case 'run-started':
        this.#endOpen();
        this.#endRefusal();
        this.#open = new PartReader(event, this.#place, this.#keepLines, this.#fromJson);
        return;
      case 'run-finished': {
        const part = this.#open?.finish(event) ?? NO_RUN;
        if ('message' in part) this.#contradicted(part);
        else this.#parts.push(part);
        this.#open = undefined;
        return;
      }
      default:
        this.#host(event, text);
    }
  }

  #host(event: Parameters<PartReader['host']>[0], text: string): void {
    const wrong = this.#open === undefined ? NO_RUN : this.#open.host(event, text);
    if (wrong !== undefined) this.#contradicted(wrong);
  }

  #endOpen(): void {
    const open = this.#open;
    if (open === undefined) return;
    const { hosts, openHosts } = open;
    const symbols = createStyle().symbols;
    const unknown = openHosts.length === 0 ? '' : `; not known: ${nameHosts(openHosts, symbols)}`;
    const done = `${hosts.length - openHosts.length} of ${count(hosts.length, 'host')}`;
    this.#unfinished.push(
      problemAt(
        this.#place,
        'part-unfinished',
        `the stream breaks off without run-finished: ${done} came to their end${unknown}`,
        'this part counts as interrupted: run it again',
      ),
    );
    this.#parts.push(open.breakOff());
    this.#open = undefined;
  }

  #endRefusal(): void {
    if (this.#refusal !== undefined) this.#refused.push(this.#refusal);
    this.#refusal = undefined;
  }

  #neverBegan(): Diagnostic {
    return {
      severity: 'error',
      code: 'part-unfinished',
      message: 'the stream has no run-started: this part did not begin, or its output was lost',
      file: this.#file,
      hint: 'it counts as interrupted: look at what its job has written to standard error, and run it again',
    };
  }

  #contradicted({ message, hint }: Contradiction): void {
    this.#refuse(this.#place, message, hint);
  }

  #refuse(place: Place, message: string, hint?: string): void {
    this.#wrong.push(problemAt(place, 'bad-event', message, hint));
  }
}

const NO_RUN: Contradiction = {
  message: 'this event belongs to no run: there is no run-started before it',
  hint: 'lines are missing: take the stream as it was written',
};

function diagnosticOf({ severity, code, message, file, line, column, hint }: DiagnosticJson): Diagnostic {
  const start =
    line === undefined ? undefined : { line, column: column ?? 1, offset: line * 10_000 + (column ?? 1) };
  return {
    severity,
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(start === undefined ? {} : { range: { start, end: start } }),
    ...(hint === undefined ? {} : { hint }),
  };
}
