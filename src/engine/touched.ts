import type { Effect } from './effect.ts';
import type { HostState } from './host-state.ts';
import { type HostLook, type HostLooks, LookError } from './look.ts';
import { Overlay } from './overlay.ts';

/** The looks whose answers may not hold any more once some effects are real, by store key. */
export function staleLooks(effects: readonly Effect[], state: HostState): Map<string, HostLook<unknown>> {
  if (effects.some((effect) => effect.type === 'anything')) return new Map(state.looks);
  const overlay = new Overlay();
  overlay.predict(effects);
  return new Map(
    [...state.looks].filter(
      ([key, look]) => isVolatile(look, state.answers.get(key)) || isTouched(look, overlay),
    ),
  );
}

/**
 * What is looked at again along with a step's actions, of what the step rests on, by store key; the answers to it are
 * forgotten. What is steady is not: where a change touches it, it is asked by who needs it.
 */
export function lookAgain(looks: HostLooks, state: HostState): HostLooks {
  const again = new Map([...looks].filter(([, { kind }]) => kind.steady !== true));
  forget(again, state);
  return again;
}

/** The same knowledge that predicts an answer tells which answers are stale once the effect is real. */
function isTouched(look: HostLook<unknown>, overlay: Overlay): boolean {
  if (overlay.answer(look.key) !== undefined) return true;
  return look.kind.predict?.(look.query as never, overlay) !== undefined;
}

/**
 * What no effect says: another name of the same file, or what a service does that was just started. Where it is cheap
 * to ask again, nothing is taken for granted.
 */
function isVolatile(look: HostLook<unknown>, answer: unknown): boolean {
  return answer instanceof LookError || look.kind.volatile?.(answer as never) === true;
}

/** Forgets answers, so that whoever needs them asks the host again. */
export function forget(looks: HostLooks, state: HostState): void {
  for (const key of looks.keys()) {
    state.answers.delete(key);
    state.looks.delete(key);
  }
}
