import type { StepProblem } from './events.ts';
import { isPending, StepFailure, Unpredictable } from './failure.ts';
import type { Json } from './json.ts';
import type { HostLooks } from './look.ts';

/** What became of expanding or comparing, as data. */
export type Outcome<Value> =
  /**
   * Some answer is missing. `toAct`: it is asked for because something is going to be changed; `toSend`: because a file of so
   * many bytes is going to be sent.
   */
  | { readonly kind: 'pending'; readonly toAct?: true; readonly toSend?: number }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'deferred'; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly problem: StepProblem;
      readonly seen?: Seen;
      /** Whatever becomes of the host, it stays wrong. */
      readonly final?: boolean;
      /** What `register` keeps besides the failure. */
      readonly output?: { readonly [key: string]: Json };
      /** The step's arguments hold a secret. */
      readonly secret?: boolean;
    }
  | { readonly kind: 'done'; readonly value: Value };

/** The looks that a comparison rests on, by store key. */
export type Seen = HostLooks;

/** Carries a piece of evaluation out, and makes data of how it ends. */
export function attempt<Value>(work: () => Outcome<Value>): Outcome<Value> {
  try {
    return work();
  } catch (error) {
    if (isPending(error)) {
      const { toAct, toSend } = error;
      return { kind: 'pending', ...(toAct ? { toAct } : {}), ...(toSend > 0 ? { toSend } : {}) };
    }
    if (error instanceof Unpredictable) return { kind: 'deferred', reason: error.message };
    if (error instanceof StepFailure)
      return {
        kind: 'failed',
        problem: problemOf(error.message, error.hint),
        final: error.final,
        ...(error.output === undefined ? {} : { output: error.output }),
      };
    throw error;
  }
}

/** What an expression that has no value makes of a step. */
export function unresolved(
  what: string,
  failure: { readonly kind: string; readonly reason: string; readonly hint?: string },
): Outcome<never> {
  if (failure.kind === 'unknown') return { kind: 'deferred', reason: failure.reason };
  return { kind: 'failed', problem: problemOf(`${what}: ${failure.reason}`, failure.hint) };
}

function problemOf(message: string, hint: string | undefined): StepProblem {
  return { message, ...(hint === undefined ? {} : { hint }) };
}

/** What was wanted, found. */
export function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', value };
}

/** The looks that the outcome of a comparison rests on. */
export function seenBy(outcome: Outcome<{ readonly seen: Seen }>): Seen {
  if (outcome.kind === 'done') return outcome.value.seen;
  return (outcome.kind === 'failed' ? outcome.seen : undefined) ?? new Map();
}
