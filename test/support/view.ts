import type { Effect } from '../../src/engine/effect.ts';
import type { Look } from '../../src/engine/look.ts';
import { Overlay } from '../../src/engine/overlay.ts';
import { storeKey } from '../../src/engine/store-key.ts';
import { isPending, View } from '../../src/engine/view.ts';

/** A view of a host of which exactly these answers are known, for pure tests of `compare`. */
export function viewWith(
  answers: readonly (readonly [Look<unknown>, unknown])[],
  options: {
    readonly predicted?: readonly Effect[];
    readonly actingUser?: string;
    readonly deep?: boolean;
    readonly guarded?: boolean;
  } = {},
): View {
  const actingUser = options.actingUser ?? 'root';
  const overlay = new Overlay();
  if (options.predicted !== undefined) overlay.predict(options.predicted);
  const known = new WithSpace(answers.map(([look, answer]) => [storeKey(look, actingUser), answer]));
  return new View(known, new Map(), overlay, {
    context: { proofs: new Map(), deep: options.deep ?? false, relist: false },
    baseDirectory: '/nonexistent',
    actingUser,
    guarded: options.guarded ?? true,
  });
}

/** The keys of the looks that a comparison asks for before it can say anything. */
export function firstLooks(compare: (view: View) => unknown): readonly string[] {
  const missing = new Map<string, Look<unknown>>();
  const view = new View(new WithoutLinks(), missing, new Overlay(), {
    context: { proofs: new Map(), deep: false, relist: false },
    baseDirectory: '/nonexistent',
    actingUser: 'root',
  });
  try {
    compare(view);
  } catch (error) {
    if (!isPending(error)) throw error;
  }
  return [...missing.values()].map((look) => look.key);
}

/** A host on which no directory is a link, and all may be written, unless an answer says so. */
export class WithoutLinks extends Map<string, unknown> {
  override has(key: string): boolean {
    return super.has(key) || key.includes('\u0000link:') || key.includes('\u0000writable:');
  }

  override get(key: string): unknown {
    return super.get(key) ?? (key.includes('\u0000writable:') ? 'yes' : undefined);
  }
}

/** A look at free space. */
const SPACE = /\u0000(?:earlier-)?disk-space:/;

/** The same, with space for whatever is written. */
class WithSpace extends WithoutLinks {
  override has(key: string): boolean {
    return super.has(key) || SPACE.test(key);
  }

  override get(key: string): unknown {
    const ample = { available: 1024 ** 4, mount: '/' };
    return super.get(key) ?? (SPACE.test(key) ? ample : undefined);
  }
}
