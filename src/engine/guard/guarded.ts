import { randomBytes } from 'node:crypto';
import { ConnectionError } from '../../ssh/errors.ts';
import type { HostSession } from '../../ssh/host-session.ts';
import type { Passage } from '../../ssh/passage.ts';
import type { StepProblem } from '../events.ts';
import type { Framing, Performed } from '../perform.ts';
import type { Action } from '../step-kind.ts';
import { appliedScript, armScript } from './arm.ts';
import type { GuardNeed } from './need.ts';
import { type Proof, prove } from './prove.ts';
import { type Undone, undo } from './undo.ts';

/** What a guard needs of the run. */
export interface Guarding {
  readonly session: HostSession;
  /**
   * Opens another connection to the host, in the same way as the first one, whether or not the run has been interrupted.
   * Rejects with ConnectionError.
   */
  readonly reconnect: () => Promise<HostSession>;
  /** The user that logs in. */
  readonly loginUser: string;
  /** The user as whom the step acts. */
  readonly user: string;
  /** Seconds that the change itself may take. */
  readonly limit: number;
  /** What other hosts of the run are reached over this one; absent where it is none. */
  readonly behind?: Passage;
  /** Told what becomes of the guard. */
  readonly told: (state: GuardState, against?: Objection) => void;
}

/**
 * - `armed`: the host will go back by itself unless it is told otherwise;
 * - `waiting`: a firewall counts the connections that come in: the next one is made when it is let in again;
 * - `proven`: a new connection got in, and the rollback was called off;
 * - `rolled-back`: the host is as it was;
 * - `unknown`: it could not be seen what became of it;
 * - `off`: the change is made without a guard, because the run was told so.
 */
export type GuardState = 'armed' | 'waiting' | 'proven' | 'rolled-back' | 'unknown' | 'off';

/**
 * Makes a change that can cut the way in: the host is first made to go back by itself, then the change is made, then a new
 * connection has to get in, with the privilege that the run uses; only then the rollback is called off.
 *
 * @param work carries out the step's actions and then the given ones, all between the two scripts of the framing.
 */
export async function guarded(
  need: GuardNeed,
  guarding: Guarding,
  work: (framing: Framing, checks: readonly Action[]) => Promise<Performed>,
): Promise<Performed> {
  const token = randomBytes(16).toString('hex');
  const framing = { before: armScript(need, token, guarding.limit), after: appliedScript(token) };
  // What could not be reached before is no fault of the change.
  const reached = (await guarding.behind?.open()) ?? [];
  const began = performance.now();
  const made = await work(framing, need.checks ?? []).catch(brokenBy);
  if (!(made instanceof ConnectionError)) {
    if (made.unarmed === true) return made;
    guarding.told('armed');
  }
  const against = await objection(made, { token, need, reached, began }, guarding);
  if (against === undefined) {
    guarding.told('proven');
    return made as Performed;
  }
  const undone = against.undone ?? (await undo(token, guarding, made instanceof ConnectionError));
  const state = undone.kind === 'as-before' ? 'rolled-back' : 'unknown';
  guarding.told(state, against);
  return {
    output: made instanceof ConnectionError ? {} : made.output,
    problem: problemOf(against, undone, need),
  };
}

/** Why a change must not stay, and what has become of it where that is known already. */
export interface Objection {
  readonly reason: string;
  readonly hint?: string;
  readonly stderr?: string;
  /** The change could not be made as such: that says nothing against the way in. */
  readonly broken?: true;
  readonly undone?: Undone;
}

async function objection(
  made: Performed | ConnectionError,
  proof: Proof,
  guarding: Guarding,
): Promise<Objection | undefined> {
  if (made instanceof ConnectionError) {
    return { reason: `the connection broke while the change was made: ${made.message}` };
  }
  if (made.problem !== undefined) {
    const { message, hint, stderr } = made.problem;
    return {
      reason: message,
      broken: true,
      ...(hint === undefined ? {} : { hint }),
      ...(stderr === undefined ? {} : { stderr }),
    };
  }
  return await prove(proof, guarding);
}

function problemOf(
  { reason, hint, stderr, broken }: Objection,
  undone: Undone,
  { what }: GuardNeed,
): StepProblem {
  const more = {
    ...(hint === undefined ? {} : { hint }),
    ...(stderr === undefined ? {} : { stderr }),
    ...(broken === true ? {} : { lockout: true }),
  };
  if (undone.kind === 'unknown') {
    return {
      ...more,
      message: `${reason}; whether the host has gone back to ${what} as before could not be seen: ${undone.reason}`,
      unknown: true,
    };
  }
  const after = undone.reachable === true ? 'and a new connection gets in' : `but ${undone.reachable}`;
  return {
    ...more,
    rolledBack: true,
    message: `${reason}; the change to ${what} was rolled back, ${after}`,
  };
}

function brokenBy(error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error;
  throw error;
}
