import { maskValue } from '../secrets/mask-value.ts';
import { toldProblem } from './conceal.ts';
import type { RunMode, StepReport } from './events.ts';
import type { HostProgram } from './host-program.ts';
import { newHostState } from './host-state.ts';
import type { LocalAnswers } from './local-answers.ts';
import type { HostLooks } from './look.ts';
import { predictLocally, SharedLooks } from './observe.ts';
import { failuresOf } from './predict.ts';

/** A problem found before any host was asked. */
export interface OfflineProblem {
  readonly host: string;
  readonly step: StepReport['step'];
  readonly message: string;
  readonly hint?: string;
}

/** What is known of a fleet before any host was asked. */
export interface Preparation {
  readonly problems: readonly OfflineProblem[];
  /** What to ask the host of a program first; undefined where that was not kept. */
  first(program: HostProgram): HostLooks | undefined;
}

/**
 * Finds out everything about hosts that can be found out without them. Programs that are alike are gone through once, and
 * of the others little is kept, so that a host takes no memory before its turn.
 */
export async function prepare(
  programs: readonly HostProgram[],
  options: { readonly mode: RunMode; readonly deep: boolean },
  local: LocalAnswers,
): Promise<Preparation> {
  const shared = new SharedLooks();
  const found = new Map<unknown, Found>();
  const problems: OfflineProblem[] = [];
  for (const program of programs) {
    const known = found.get(likeness(program)) ?? (await predict(program, options, local, shared));
    found.set(likeness(program), known);
    for (const problem of known.problems) problems.push({ host: program.host, ...problem });
  }
  return {
    problems: maskValue(problems),
    first: (program) => found.get(likeness(program))?.first,
  };
}

interface Found {
  readonly first: HostLooks | undefined;
  readonly problems: readonly Omit<OfflineProblem, 'host'>[];
}

function likeness(program: HostProgram): unknown {
  return program.alike ?? program;
}

async function predict(
  program: HostProgram,
  { mode, deep }: { readonly mode: RunMode; readonly deep: boolean },
  local: LocalAnswers,
  shared: SharedLooks,
): Promise<Found> {
  const state = newHostState(new Map(), deep, local.ready);
  const { prediction, forHost } = await predictLocally({ program, state, local, mode });
  const problems = failuresOf(prediction).map(({ instance, problem }) => {
    const { message, hint } = toldProblem(instance.step, problem);
    return { step: instance.ref, message, ...(hint === undefined ? {} : { hint }) };
  });
  return { first: shared.share(forHost), problems };
}
