import type { Json } from './json.ts';

/** Ends a comparison for which an answer is not there yet. */
class Pending {
  /** The answer is asked for only because something is going to be changed. */
  readonly toAct: boolean;
  /** Bytes of the file that is going to be sent then; 0 for none. */
  readonly toSend: number;
  constructor(toAct: boolean, toSend: number) {
    this.toAct = toAct;
    this.toSend = toSend;
  }
}

/** Thrown by `View.see` when an answer is not there yet; the engine fetches it and compares again. */
export const PENDING = new Pending(false, 0);

/** Whether a comparison has ended because some answer is not there yet. */
export function isPending(error: unknown): error is Pending {
  return error instanceof Pending;
}

/**
 * Marks what is looked at as asked for only because something is going to be changed.
 *
 * @param toSend bytes of the file that is going to be sent.
 */
export function beforeChanging<Value>(look: () => Value, toSend = 0): Value {
  try {
    return look();
  } catch (error) {
    throw isPending(error) ? new Pending(true, Math.max(toSend, error.toSend)) : error;
  }
}

/** What several comparisons that lack answers come to together. */
export function together(one: Pending, other: Pending): Pending {
  return new Pending(one.toAct || other.toAct, Math.max(one.toSend, other.toSend));
}

type Output = { readonly [key: string]: Json };

/** Expected failures of a step, thrown by `fail` and turned into data by the engine. */
export class StepFailure extends Error {
  readonly hint: string | undefined;
  /** What is wrong is not the host, so nothing that happens there can mend it. */
  readonly final: boolean;
  /** What `register` keeps all the same. */
  readonly output: Output | undefined;
  constructor(message: string, hint?: string, final = false, output?: Output) {
    super(message);
    this.hint = hint;
    this.final = final;
    this.output = output;
  }
}

/** Thrown by `View.see` and by steps when an answer cannot be known before apply. */
export class Unpredictable extends Error {}

/** Ends the comparison of a step: the wanted state cannot be reached on this host, and why. */
export function fail(message: string, hint?: string): never {
  throw new StepFailure(message, hint);
}

/** The same for a question that was asked, with what the host has said. */
export function failHavingSaid(output: Output, message: string): never {
  throw new StepFailure(message, undefined, false, output);
}

/** The same for what is wrong on the controller: no command of the playbook can set it right on the host. */
export function failForGood(message: string, hint?: string): never {
  throw new StepFailure(message, hint, true);
}
