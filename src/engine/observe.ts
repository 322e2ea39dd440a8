import type { HostSession } from '../ssh/host-session.ts';
import type { RunMode } from './events.ts';
import { type AlongFrame, fetchFromHost, fetchLocal } from './fetch.ts';
import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { LocalAnswers } from './local-answers.ts';
import type { HostLooks } from './look.ts';
import { type Prediction, predictHost } from './predict.ts';
import { MAX_TRIPS } from './settle.ts';

/** One host, and what is known of it. */
export interface Observed {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly local: LocalAnswers;
  readonly mode: RunMode;
}

/**
 * Predicts with everything that the controller can answer by itself, so that what its answers lead to is asked in the
 * same trip as the rest.
 */
export async function predictLocally(
  { program, state, local, mode }: Observed,
  earlier?: Prediction,
): Promise<{
  readonly prediction: Prediction;
  /** What only the host can answer. */
  readonly forHost: HostLooks;
}> {
  for (let before = earlier; ; ) {
    const prediction = predictHost(program, state, mode, before);
    const answers = state.answers.size;
    const forHost = await fetchLocal(prediction.missing, state, local);
    if (state.answers.size === answers) return { prediction, forHost };
    before = prediction;
  }
}

/**
 * Asks the host for what is missing and predicts, until nothing is missing.
 *
 * @param first what `predictLocally` has found to be missing, and what will most likely be.
 * @param along what is to be done in the same trip as further looks, by what is known so far.
 */
export async function observe(
  host: Observed,
  first: HostLooks,
  session: HostSession,
  along?: (prediction: Prediction) => AlongFrame | undefined,
): Promise<Prediction> {
  let missing = first;
  let before: Prediction | undefined;
  for (let trip = 0; trip < MAX_TRIPS; trip += 1) {
    const beside = before === undefined ? undefined : along?.(before);
    if (missing.size > 0) await fetchFromHost(missing, host.state, session, beside);
    const { prediction, forHost } = await predictLocally(host, before);
    if (forHost.size === 0) return prediction;
    missing = forHost;
    before = prediction;
  }
  throw new Error(`observing ${host.program.host} did not come to an end`);
}

/** More sets than this are not kept: where each of many hosts is asked for its own files, they would fill the memory. */
const MOST_SETS = 1000;

/** Keeps one set of looks for all hosts that are to be asked the same. */
export class SharedLooks {
  readonly #sets = new Map<string, HostLooks>();

  /** The same looks, or undefined when they are not to be kept. */
  share(looks: HostLooks): HostLooks | undefined {
    const keys = [...looks.keys()].join('\n');
    const known = this.#sets.get(keys);
    if (known !== undefined) return known;
    if (this.#sets.size >= MOST_SETS) return undefined;
    this.#sets.set(keys, looks);
    return looks;
  }
}
