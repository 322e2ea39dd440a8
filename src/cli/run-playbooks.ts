import { hasErrors } from '../documents/diagnostic.ts';
import type { Listener, RunMode } from '../engine/events.ts';
import { run } from '../engine/run.ts';
import { RunSoFar } from '../engine/run-so-far.ts';
import { HostSession } from '../ssh/host-session.ts';
import { passageOf } from '../ssh/passage.ts';
import type { PlaybookArguments } from './arguments.ts';
import { concurrencyFor, concurrencyWarning } from './concurrency.ts';
import { showDiagnostics } from './diagnostics.ts';
import { createDisplay, type Display } from './display.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { boundHeap } from './heap.ts';
import { abortOnInterrupt, exitOnInterrupt } from './interrupt.ts';
import { fileMemories } from './memories.ts';
import { offlineDiagnostics, refusedEvent } from './offline-problems.ts';
import { optimiseLate } from './optimise-late.ts';
import { Output } from './output.ts';
import { prepare } from './prepare.ts';
import { emptyPart } from './shard-argument.ts';
import { toldOptions } from './told-options.ts';

export interface RunArguments extends PlaybookArguments {
  readonly mode: RunMode;
  readonly detailedExitCode: boolean;
  /** Milliseconds. */
  readonly lockWait?: number;
  readonly noGuard: boolean;
}

const UNGUARDED =
  'warning: --no-guard: a change that cuts this connection off is neither refused nor rolled back';

/** Carries out `apply`, a dry run or a drift check from beginning to end; resolves with the exit code. */
export async function runPlaybooks(args: RunArguments): Promise<number> {
  optimiseLate();
  const abort = new AbortController();
  // Nobody reads a dry run any more: end it. An apply goes on: its work is on the hosts, not on the terminal.
  const output = new Output(process.stdout, () => args.mode !== 'apply' && abort.abort());
  const display = await createDisplay(args.mode, output, args.output);
  try {
    return await perform(args, output, display, abort);
  } finally {
    await display.close();
  }
}

async function perform(
  args: RunArguments,
  output: Output,
  display: Display,
  abort: AbortController,
): Promise<number> {
  const { run: longest } = args.limits;
  const prepared = await prepare(args.hosts, args.steps, args.connection, {
    ...(longest === undefined ? {} : { ends: performance.now() + longest }),
    note: display.note,
  }).finally(exitOnInterrupt());
  const { programs, shard, targets, diagnostics } = prepared;
  if (diagnostics.length > 0) await display.close();
  showDiagnostics(diagnostics, args.output, output.line);
  if (hasErrors(diagnostics)) return EXIT.error;
  if (programs.length === 0 && shard !== undefined) {
    // A stream is complete without hosts too: who merges the parts misses none.
    if (args.output.json) display.note(emptyPart(shard));
    else {
      await display.close();
      output.line(emptyPart(shard));
      return EXIT.done;
    }
  }
  boundHeap(programs.length);
  const soFar = new RunSoFar(display.listener);
  const release = abortOnInterrupt(abort, display.note, async () => {
    const report = soFar.end();
    await display.close();
    if (report !== undefined) await display.summarize(report);
    // The process ends when this does.
    await new Promise<void>((resolve) => output.stream.write('', () => resolve()));
  });
  const crowded = concurrencyWarning(args.concurrency, programs.length);
  if (crowded !== undefined) display.note(crowded);
  if (args.noGuard) display.note(UNGUARDED);
  let unguarded = false;
  const emit: Listener = (event) => {
    unguarded ||= event.type === 'guard' && event.state === 'off';
    soFar.listener(event);
  };
  const result = await run({
    mode: args.mode,
    programs,
    concurrency: concurrencyFor(args.concurrency, programs.length),
    deep: args.deep,
    limits: args.limits,
    ...(args.lockWait === undefined ? {} : { lockWait: args.lockWait }),
    noGuard: args.noGuard,
    connect: (host, urgent) => HostSession.open(targets.get(host)!, urgent),
    passage: (host) => passageOf(targets.get(host)!, targets.values()),
    memory: fileMemories(targets),
    origin: { options: toldOptions(args), ...(shard === undefined ? {} : { shard }) },
    emit,
    signal: abort.signal,
  })
    .finally(() => prepared.close())
    .finally(release);
  await display.close();
  if (result.kind === 'refused') {
    if (args.output.json) output.line(JSON.stringify(refusedEvent(result.problems)));
    showDiagnostics(offlineDiagnostics(result.problems), { ...args.output, json: false }, output.line);
    return EXIT.error;
  }
  for (const line of prepared.accepted()) display.note(line);
  await display.summarize(result.report);
  if (unguarded) display.note(UNGUARDED);
  return exitCodeOf(result.report, args.detailedExitCode);
}
