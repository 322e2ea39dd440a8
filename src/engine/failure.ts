import type { Json } from './json.ts';

/** Thrown by `View.see` when an answer is not there yet; the engine fetches it and compares again. */
export const PENDING = Symbol('pending');

/** The same for an answer that is asked for only because something is going to be changed. */
export const PENDING_TO_ACT = Symbol('pending, and something is to be changed');

/** Whether a comparison has ended because some answer is not there yet. */
export function isPending(error: unknown): boolean {
  return error === PENDING || error === PENDING_TO_ACT;
}

/** Marks what is looked at as asked for only because something is going to be changed. */
export function beforeChanging<Value>(look: () => Value): Value {
  try {
    return look();
  } catch (error) {
    throw error === PENDING ? PENDING_TO_ACT : error;
  }
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
