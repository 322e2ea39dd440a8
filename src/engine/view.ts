import type { Effect } from './effect.ts';
import { type HostLook, type Look, type LookContext, LookError } from './look.ts';
import type { Overlay } from './overlay.ts';

/** Thrown by `View.see` when an answer is not there yet; the engine fetches it and compares again. */
export const PENDING = Symbol('pending');

/** Expected failures of a step, thrown by `fail` and turned into data by the engine. */
export class StepFailure extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Thrown by `View.see` and by steps when an answer cannot be known before apply. */
export class Unpredictable extends Error {}

/** Ends the comparison of a step: the wanted state cannot be reached on this host, and why. */
export function fail(message: string, hint?: string): never {
  throw new StepFailure(message, hint);
}

type Answers<Looks extends readonly Look<unknown>[]> = {
  readonly [Index in keyof Looks]: Looks[Index] extends Look<infer Answer> ? Answer : never;
};

export interface ViewOptions {
  readonly context: LookContext;
  /** Where relative paths of the controller start: the playbook's folder. */
  readonly baseDirectory: string;
  /** The user whose shell carries the step out, `root` with become. */
  readonly actingUser: string;
  /** Seconds for the step's work on a host. Default 300. */
  readonly timeout?: number;
  /** The templates that the step kind asked for, by the path as written. */
  readonly rendered?: ReadonlyMap<string, string>;
}

/**
 * A host as a step sees it: what was observed, overlaid with what earlier steps will have changed.
 * `see` is the only way to it, so `compare` stays a pure function of its arguments and the view.
 */
export class View {
  readonly context: LookContext;
  readonly baseDirectory: string;
  readonly actingUser: string;
  /** Seconds for the step's work on a host. */
  readonly timeout: number;
  readonly overlay: Overlay;
  readonly #rendered: ReadonlyMap<string, string>;
  readonly #answers: ReadonlyMap<string, unknown>;
  readonly #missing: Map<string, Look<unknown>>;
  readonly #scope: string;
  readonly #seen: Map<string, HostLook<unknown>>;
  /** True when an earlier step of this host has changes that are not applied yet. */
  readonly changesPending: boolean;

  constructor(
    answers: ReadonlyMap<string, unknown>,
    missing: Map<string, Look<unknown>>,
    overlay: Overlay,
    options: ViewOptions,
    seen = new Map<string, HostLook<unknown>>(),
  ) {
    this.#seen = seen;
    this.#answers = answers;
    this.#missing = missing;
    this.overlay = overlay;
    this.context = options.context;
    this.baseDirectory = options.baseDirectory;
    this.actingUser = options.actingUser;
    this.timeout = options.timeout ?? 300;
    this.#rendered = options.rendered ?? new Map();
    this.#scope = options.actingUser;
    this.changesPending = !overlay.isEmpty;
  }

  /**
   * The host looks that this view was asked for, by store key, predicted ones too: what must be looked at again
   * after apply.
   */
  get seen(): ReadonlyMap<string, HostLook<unknown>> {
    return this.#seen;
  }

  /**
   * The answers to some looks. Ask together what can be asked together: everything that is missing goes to
   * the host in one trip.
   *
   * @throws PENDING (handled by the engine) when some answer is not there yet.
   * @throws Unpredictable when an earlier step makes an answer unknowable before apply.
   */
  see<const Looks extends readonly Look<unknown>[]>(...looks: Looks): Answers<Looks> {
    let pending = false;
    const answers = looks.map((look) => {
      const found = this.#find(look);
      if (found === undefined) pending = true;
      return found?.value;
    });
    if (pending) throw PENDING;
    return answers as Answers<Looks>;
  }

  /**
   * States, before the host is seen, what will hold after this step whatever the host looks like now: which
   * artifact lies where. Later steps can then ask their looks in the same trip instead of the next.
   */
  announce(effects: readonly Effect[]): void {
    this.overlay.state(effects);
  }

  /**
   * The host as it will be after these effects: for a step of several parts that build on each other. What is
   * announced to it is not seen by other steps.
   */
  after(effects: readonly Effect[]): View {
    const { context, baseDirectory, actingUser, timeout } = this;
    const options = { context, baseDirectory, actingUser, timeout, rendered: this.#rendered };
    return new View(this.#answers, this.#missing, this.overlay.plus(effects), options, this.#seen);
  }

  /** The text of a template that the step kind named in `templates`. */
  rendered(path: string): string {
    const text = this.#rendered.get(path);
    if (text === undefined) throw new Error(`the template ${path} was not asked for`);
    return text;
  }

  #find(look: Look<unknown>): { value: unknown } | undefined {
    const predicted = look.where === 'host' ? this.#predict(look) : undefined;
    if (look.where === 'host') this.#seen.set(storeKey(look, this.#scope), look);
    if (predicted !== undefined && 'value' in predicted) return predicted;
    const actual = predicted?.observe ?? look;
    const key = storeKey(actual, this.#scope);
    if (actual.where === 'host') this.#seen.set(key, actual);
    if (this.#answers.has(key)) {
      const value = this.#answers.get(key);
      if (value instanceof LookError) throw new StepFailure(value.message);
      return { value: predicted?.adjust?.(value) ?? value };
    }
    this.#missing.set(key, actual);
    return undefined;
  }

  #predict(look: HostLook<unknown>): Predicted | undefined {
    const stated = this.overlay.answer(look.key);
    if (stated !== undefined) return { value: stated.value };
    const predicted = look.kind.predict?.(look.query as never, this.overlay);
    if (predicted === undefined) return undefined;
    if ('unknown' in predicted) throw new Unpredictable(predicted.unknown);
    if ('adjust' in predicted) return { observe: look, adjust: predicted.adjust.bind(predicted) };
    if ('insteadOf' in predicted) {
      // The path behind a new link may itself be predicted.
      return this.#predict(predicted.insteadOf) ?? { observe: predicted.insteadOf };
    }
    return predicted;
  }
}

/** The answer itself, or the look that has it. */
type Predicted =
  | { readonly value: unknown }
  | { readonly observe: HostLook<unknown>; readonly adjust?: (observed: unknown) => unknown };

/** Under which key an answer is kept: what root sees and what a user sees may differ. */
export function storeKey(look: Look<unknown>, actingUser: string): string {
  return look.where === 'host' ? `${actingUser}\u0000${look.key}` : look.key;
}
