import type { HostSession } from '../ssh/host-session.ts';
import type { EvaluationContext } from './evaluation.ts';
import { fetchFromHost, fetchLocal } from './fetch.ts';
import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import { untilAborted } from './host-time.ts';
import type { LocalAnswers } from './local-answers.ts';
import type { HostLooks, Look } from './look.ts';
import type { Outcome } from './outcome.ts';
import type { Overlay } from './overlay.ts';

/** More rounds of looking than any playbook needs: looks that lead to looks without end are a bug. */
export const MAX_TRIPS = 25;

export interface SettleContext {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly session: HostSession;
  readonly local: LocalAnswers;
  /** Aborted: nothing more is looked at. */
  readonly signal?: AbortSignal;
}

/**
 * Evaluates until nothing is missing any more, fetching in between.
 *
 * @throws ConnectionError; also when the signal is given.
 * @param along looks that may be asked in a trip that is made anyway.
 */
export async function settle<Value>(
  { program, state, session, local, signal }: SettleContext,
  overlay: Overlay,
  evaluate: (evaluation: EvaluationContext) => Outcome<Value>,
  along?: () => HostLooks,
): Promise<Outcome<Value>> {
  for (let trips = 0; trips < MAX_TRIPS; ) {
    const missing = new Map<string, Look<unknown>>();
    const outcome = evaluate({ program, state, overlay, missing });
    if (outcome.kind !== 'pending') return outcome;
    const before = state.answers.size;
    const forHost = await fetchLocal(missing, state, local);
    // What the controller has just answered may lead to more looks: they go along in the same trip.
    if (state.answers.size > before) continue;
    trips += 1;
    if (forHost.size === 0) continue;
    const fetched = fetchFromHost(new Map([...forHost, ...(along?.() ?? [])]), state, session);
    await (signal === undefined ? fetched : untilAborted(fetched, signal));
  }
  throw new Error(`looking at ${program.host} did not come to an end`);
}
