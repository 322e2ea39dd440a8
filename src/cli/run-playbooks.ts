import { hasErrors } from '../documents/diagnostic.ts';
import type { RunMode } from '../engine/events.ts';
import { run } from '../engine/run.ts';
import type { ConnectionArguments, HostArguments, OutputArguments, StepArguments } from './arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { createDisplay } from './display.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { onInterrupt } from './interrupt.ts';
import { offlineDiagnostics, refusedEvent } from './offline-problems.ts';
import { openSession } from './open-session.ts';
import { Output } from './output.ts';
import { prepare } from './prepare.ts';
import { fileProofs } from './proofs.ts';

export interface RunArguments {
  readonly mode: RunMode;
  readonly hosts: HostArguments;
  readonly steps: StepArguments;
  readonly connection: ConnectionArguments;
  readonly output: OutputArguments;
  readonly concurrency: number;
  readonly deep: boolean;
  readonly detailedExitCode: boolean;
}

/** Carries out `apply`, a dry run or a drift check from beginning to end; resolves with the exit code. */
export async function runPlaybooks(args: RunArguments): Promise<number> {
  const { mode } = args;
  const abort = new AbortController();
  // Nobody reads a dry run any more: end it. An apply goes on: its work is on the hosts, not on the terminal.
  const output = new Output(process.stdout, () => mode !== 'apply' && abort.abort());
  const { programs, targets, accepted, diagnostics } = await prepare(args.hosts, args.steps, args.connection);
  showDiagnostics(diagnostics, args.output, output.line);
  if (hasErrors(diagnostics)) return EXIT.error;
  const display = await createDisplay(mode, output, args.output);
  const release = onInterrupt(abort, display.note);
  try {
    const result = await run({
      mode,
      programs,
      concurrency: args.concurrency,
      deep: args.deep,
      connect: (host) => openSession(targets.get(host)!, abort.signal),
      proofs: fileProofs(targets),
      emit: display.listener,
      signal: abort.signal,
    });
    await display.close();
    if (result.kind === 'refused') {
      if (args.output.json) output.line(JSON.stringify(refusedEvent(result.problems)));
      showDiagnostics(offlineDiagnostics(result.problems), { ...args.output, json: false }, output.line);
      return EXIT.error;
    }
    for (const line of accepted()) display.note(line);
    await display.summarize(result.report);
    if (output.problem !== undefined) process.stderr.write(`${output.problem}\n`);
    return output.problem === undefined ? exitCodeOf(result.report, args.detailedExitCode) : EXIT.error;
  } finally {
    await display.close();
    release();
  }
}
