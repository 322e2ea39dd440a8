import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, type ConnectionFailure } from '../errors.ts';
import type { RemoteProcess } from '../transport.ts';
import { within } from '../within.ts';
import { type FrameResult, FrameStream } from './frames.ts';
import { type Frame, requestBytes } from './request-script.ts';

/** How far the bytes of a request's inputs have gone out. */
export type InputProgress = (sent: number, total: number) => void;

export interface RequestOptions {
  /** Do not wait for the rollback of an earlier run, should one be under way: for who looks after it. */
  readonly atOnce?: true;
  /** Milliseconds until the host counts as silent. */
  readonly timeout: number;
  readonly onInput?: InputProgress;
}

/** Milliseconds after which a host that takes nothing more may wait for what is held back: its script may be slow to begin. */
const SILENCE = 1_000;

/** Says why a shell ended when nobody asked it to: sudo refused, the connection broke. */
export type ExplainEnd = (said: string, code: number | undefined, answered: boolean) => ConnectionFailure;

export interface ShellOptions {
  /** What the shell writes to both streams comes over standard output, as over a terminal. Default false. */
  readonly merged?: boolean;
}

/**
 * One long-lived shell on a host. A request sends any number of scripts at once and waits for all of them:
 * one round trip. Requests are answered in order.
 */
export class RemoteShell {
  readonly mark = randomBytes(16).toString('hex');
  /** Requests made so far: each is one round trip. */
  requests = 0;
  readonly #process: RemoteProcess;
  readonly #stdout: FrameStream;
  readonly #stderr: FrameStream;
  #isFirst = true;
  #tail: Promise<unknown> = Promise.resolve();
  #current:
    | { readonly frames: Collected; readonly done: () => void; readonly failed: (e: Error) => void }
    | undefined;
  #ended: ConnectionFailure | undefined;
  /** Set while fewer bytes are under way than the host would take: has it no longer so. */
  #hurry: (() => void) | undefined;
  #wasHeldBack = false;
  /** Ends the wait for a channel that is to take bytes over. */
  #abandon: (() => void) | undefined;
  readonly #closed = new AbortController();
  /** Resolves when the channel is gone. */
  readonly #gone: Promise<void>;
  readonly #explainEnd: ExplainEnd;
  readonly #merged: boolean;

  constructor(process: RemoteProcess, explainEnd: ExplainEnd, { merged = false }: ShellOptions = {}) {
    this.#process = process;
    this.#merged = merged;
    this.#explainEnd = explainEnd;
    this.#stdout = new FrameStream(this.mark);
    this.#stderr = new FrameStream(this.mark);
    const { io } = process;
    this.#gone = new Promise((resolve) => void (io.closed ? resolve() : io.once('close', resolve)));
    process.io.on('data', (chunk: Buffer) => this.#receive('stdout', chunk));
    process.stderr.on('data', (chunk: Buffer) => this.#receive('stderr', chunk));
    // What it said last may come in after its end. Who has told it to end does not listen any more.
    void process.exited.then(async (code) => {
      await sleep(20, undefined, { signal: this.#closed.signal }).catch(() => undefined);
      this.#end(code);
    });
  }

  /**
   * Runs the frames in order in the shell.
   *
   * @throws ConnectionError when the shell or the connection ends before all frames are back (what the host
   * did is then unknown), or the time is over.
   */
  async run(frames: readonly Frame[], options: RequestOptions): Promise<readonly FrameResult[]> {
    const before = this.#tail;
    let release: () => void = () => {};
    this.#tail = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await this.#request(frames, options);
    } finally {
      release();
    }
  }

  /**
   * Lets no more than so many bytes be under way from now on, as long as the host takes them so. To be called while no request is
   * made. What is held back once stays so.
   */
  holdBack(bytes: number): void {
    if (this.#wasHeldBack) return;
    this.#hurry = this.#process.holdBack?.(bytes);
    this.#wasHeldBack = this.#hurry !== undefined;
  }

  /** Ends the shell at once, whatever it does. */
  kill(): void {
    this.#closed.abort();
    this.#stop({ kind: 'lost', message: 'the shell was ended' });
    this.#process.io.destroy();
  }

  /**
   * Lets the shell end: it sees the end of its input, which a terminal does not pass on.
   *
   * @returns resolves when its channel is gone.
   */
  close(): Promise<void> {
    const { io } = this.#process;
    this.#closed.abort();
    this.#letGo();
    if (this.#merged) io.write('4\nexit');
    io.end();
    return this.#gone;
  }

  async #request(frames: readonly Frame[], options: RequestOptions): Promise<readonly FrameResult[]> {
    if (this.#ended !== undefined) throw new ConnectionError(this.#ended);
    this.requests += 1;
    const collected: Collected = { expected: frames.length, stdout: [], stderr: [], codes: [], received: [] };
    this.#stdout.expectBegin();
    if (!this.#merged) this.#stderr.expectBegin();
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<void>((resolve, reject) => {
      this.#current = { frames: collected, done: resolve, failed: reject };
      timer = setTimeout(() => {
        const failure: ConnectionFailure = {
          kind: 'timeout',
          message: `no answer within ${Math.round(options.timeout / 1000)} s`,
          hint: 'the host is very slow or hangs; raise the step\'s "timeout" when the work really takes so long',
        };
        this.#stop(failure);
        reject(new ConnectionError(failure));
      }, options.timeout);
    });
    answered.catch(() => {});
    try {
      const [mark, merged] = [this.mark, this.#merged];
      const first = this.#isFirst ? { first: { waits: options.atOnce !== true } } : {};
      this.#isFirst = false;
      // In one piece: each write is a packet of its own.
      const written = new Promise<void>((resolve) => {
        this.#process.io.write(requestBytes(frames, { mark, merged, ...first }), () => resolve());
      });
      // An answer says that it has been read, and an error that it never will be.
      void this.#inTime(Promise.race([written, answered.catch(() => {})]));
      await Promise.race([this.#sendInputs(frames, options.onInput), answered]);
      await answered;
    } finally {
      clearTimeout(timer);
      this.#current = undefined;
    }
    return collected.codes.map((code, index) => ({
      code,
      stdout: collected.stdout[index] ?? Buffer.alloc(0),
      stderr: collected.stderr[index] ?? Buffer.alloc(0),
      received: collected.received[index] ?? Date.now(),
    }));
  }

  async #sendInputs(frames: readonly Frame[], onInput: InputProgress | undefined): Promise<void> {
    const inputs = frames.flatMap((frame) => (frame.input === undefined ? [] : [frame.input]));
    const total = inputs.reduce((sum, input) => sum + input.size, 0);
    let sent = 0;
    for (const input of inputs) {
      const promised = sent + input.size;
      const chunks = input.bytes === undefined ? input.open() : [Buffer.from(input.bytes)];
      try {
        for await (const chunk of chunks as AsyncIterable<Buffer>) {
          sent += chunk.length;
          if (sent > promised) break;
          if (this.#ended !== undefined) throw new ConnectionError(this.#ended);
          await this.#taken(chunk);
          onInput?.(sent, total);
        }
      } catch (error) {
        if (error instanceof ConnectionError) throw error;
        throw this.#giveUp(`a file could not be read on the controller: ${(error as Error).message}`);
      }
      if (sent !== promised) throw this.#giveUp('a file changed on the controller while it was being sent');
    }
  }

  /** The host waits for bytes that will never come: only ending the channel frees it. */
  #giveUp(message: string): ConnectionError {
    const failure: ConnectionFailure = { kind: 'lost', message, hint: 'run again when nobody writes to it' };
    this.#ended = failure;
    this.#process.io.end();
    return new ConnectionError(failure);
  }

  /** Resolves when the channel has taken the bytes over, so that their memory may be used again, or never will. */
  async #taken(chunk: Buffer): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      this.#abandon = resolve;
      // A channel that breaks ends the shell: that says why.
      this.#process.io.write(chunk, (error) => {
        if (error == null) resolve();
      });
    });
    await this.#inTime(taken);
    await taken;
    this.#abandon = undefined;
    await this.#process.room();
    if (this.#ended !== undefined) throw new ConnectionError(this.#ended);
  }

  /** A host that does not take something may wait for what is held back from it. */
  async #inTime(taken: Promise<void>): Promise<void> {
    if (this.#hurry !== undefined && !(await within(SILENCE, taken))) this.#letGo();
  }

  /** Nothing is held back any more. */
  #letGo(): void {
    this.#hurry?.();
    this.#hurry = undefined;
  }

  /** No answer is waited for any more, and nothing more is sent. */
  #stop(failure: ConnectionFailure): void {
    this.#ended ??= failure;
    if (this.#abandon === undefined) return;
    // What is left of the chunk must not go out later: its memory may hold something else by then.
    this.#process.io.destroy();
    this.#abandon();
  }

  #receive(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    const current = this.#current;
    try {
      const found = (stream === 'stdout' ? this.#stdout : this.#stderr).push(chunk);
      if (current === undefined) return;
      for (const frame of found) {
        const isError = this.#merged ? frame.status === '' : stream === 'stderr';
        current.frames[isError ? 'stderr' : 'stdout'].push(frame.body);
        if (isError) continue;
        current.frames.codes.push(Number(frame.status));
        current.frames.received.push(Date.now());
      }
    } catch (error) {
      // What came after is lost, so no later answer of this shell could be told from it.
      const failure: ConnectionFailure = { kind: 'protocol', message: (error as Error).message };
      this.#stop(failure);
      current?.failed(new ConnectionError(this.#ended ?? failure));
      return;
    }
    if (current === undefined) return;
    const { expected, codes, stderr } = current.frames;
    if (codes.length >= expected && stderr.length >= expected) current.done();
  }

  #end(code: number | undefined): void {
    const said = this.#stderr.rest + this.#stdout.rest;
    const failure = this.#explainEnd(said.trim(), code, this.requests > 1 || this.#stdout.begun);
    this.#stop(failure);
    this.#current?.failed(new ConnectionError(this.#ended ?? failure));
  }
}

interface Collected {
  readonly expected: number;
  readonly stdout: Buffer[];
  readonly stderr: Buffer[];
  readonly codes: number[];
  readonly received: number[];
}
