import type { Effect } from './effect.ts';
import type { HostState } from './host-state.ts';
import { type HostLook, LookError } from './look.ts';
import { Overlay } from './overlay.ts';

/** Tells which looks some effects bring about or change, once they are real. */
export class Touched {
  readonly #effects: readonly Effect[];
  readonly #overlay = new Overlay();

  constructor(effects: readonly Effect[]) {
    this.#effects = effects;
    this.#overlay.predict(effects);
  }

  /** Whether what was only predicted for a look so far is there now. */
  has(look: HostLook<unknown>): boolean {
    // The same knowledge that predicts an answer tells which answers are stale once the effect is real.
    if (this.#overlay.answer(look.key) !== undefined) return true;
    return look.kind.predict?.(look.query as never, this.#overlay) !== undefined;
  }

  /** The looks whose answers may not hold any more, by store key. */
  stale(state: HostState): Map<string, HostLook<unknown>> {
    if (this.#effects.some((effect) => effect.type === 'anything')) return new Map(state.looks);
    return new Map(
      [...state.looks].filter(([key, look]) => isVolatile(look, state.answers.get(key)) || this.has(look)),
    );
  }
}

/**
 * What no effect says: another name of the same file, or what a service does that was just started. Where it is cheap
 * to ask again, nothing is taken for granted.
 */
function isVolatile(look: HostLook<unknown>, answer: unknown): boolean {
  return answer instanceof LookError || look.kind.volatile?.(answer as never) === true;
}

/** Forgets answers, so that whoever needs them asks the host again. */
export function forget(looks: ReadonlyMap<string, HostLook<unknown>>, state: HostState): void {
  for (const key of looks.keys()) {
    state.answers.delete(key);
    state.looks.delete(key);
  }
}
