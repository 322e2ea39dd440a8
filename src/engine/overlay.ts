import type { AnswerEffect, AnythingEffect, Effect, HandOverEffect, PathEffect } from './effect.ts';

/** What the overlay says of a path: see `Overlay.path`. */
export type PathPrediction =
  | { readonly effect: PathEffect }
  | { readonly inTree: NonNullable<ReturnType<NonNullable<PathEffect['tree']>['get']>> }
  | { readonly absent: true };

/**
 * The effects of earlier steps that have not been applied yet, asked by later ones. Immutable from outside. All paths in
 * it and asked of it are real ones (see real-path.ts): the view sees to it.
 */
export class Overlay {
  readonly #effects: Effect[] = [];
  /** The newest of each key: asked for every path, for the names of its owners. */
  readonly #answers = new Map<string, AnswerEffect>();
  #handsOver = false;
  readonly #artifacts = new Map<string, string>();

  get isEmpty(): boolean {
    return this.#effects.length === 0;
  }

  /** How many effects there are. */
  get size(): number {
    return this.#effects.length;
  }

  /** The same with only the first effects; what steps state besides is kept. This one stays as it is. */
  first(count: number): Overlay {
    const fewer = new Overlay();
    fewer.#keep(this.#effects.slice(0, count));
    for (const [path, artifact] of this.#artifacts) fewer.#artifacts.set(path, artifact);
    return fewer;
  }

  /** Adds the effects of a step whose changes are not applied yet, after those of the steps before it. */
  predict(effects: readonly Effect[]): void {
    this.#keep(effects);
    this.state(effects);
  }

  /** The same with more effects on top; this one stays as it is. */
  plus(effects: readonly Effect[]): Overlay {
    const more = this.first(this.size);
    more.predict(effects);
    return more;
  }

  /**
   * Keeps what a step that is already right (or applied) states about the host and no look could tell: which
   * artifact lies where. Everything else about such a step is observed, not predicted.
   */
  state(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.type !== 'path') continue;
      if (effect.artifact === undefined) this.#artifacts.delete(effect.path);
      else this.#artifacts.set(effect.path, effect.artifact);
    }
  }

  /** The predicted answer of a look, by its key. */
  answer(key: string): AnswerEffect | undefined {
    return this.#answers.get(key);
  }

  /**
   * What will be at a path: the newest statement about the path itself or about a directory above it wins.
   * `undefined` means that no earlier step touches it: what was observed holds.
   */
  path(path: string): PathPrediction | undefined {
    for (let index = this.#effects.length - 1; index >= 0; index -= 1) {
      const effect = this.#effects[index];
      const said = effect?.type === 'path' ? saysOf(effect, path) : undefined;
      if (said !== undefined) return said;
    }
    return undefined;
  }

  /** What is given to others, at a path or above it, after the newest statement about the path; oldest first. */
  handOvers(path: string): readonly HandOverEffect[] {
    if (!this.#handsOver) return [];
    const later: HandOverEffect[] = [];
    for (let index = this.#effects.length - 1; index >= 0; index -= 1) {
      const effect = this.#effects[index];
      if (effect?.type === 'path' && saysOf(effect, path) !== undefined) break;
      if (effect?.type !== 'hand-over') continue;
      if (effect.path === path || relativeTo(effect.path, path) !== undefined) later.unshift(effect);
    }
    return later;
  }

  /** The statements of earlier steps about paths below a directory, oldest first. */
  below(directory: string): readonly PathEffect[] {
    return this.#effects.filter(
      (effect): effect is PathEffect =>
        effect.type === 'path' && relativeTo(directory, effect.path) !== undefined,
    );
  }

  /**
   * The names in a directory that earlier steps bring (true) or remove (false), since the newest statement about
   * the directory as a whole.
   */
  entries(directory: string): ReadonlyMap<string, boolean> {
    const names = new Map<string, boolean>();
    for (const effect of this.#effects) {
      if (effect.type !== 'path') continue;
      const renewed = effect.fresh === true || !effect.state.exists;
      if (renewed && (effect.path === directory || relativeTo(effect.path, directory) !== undefined))
        names.clear();
      const below = relativeTo(directory, effect.path)?.split('/');
      if (below?.[0] === undefined) continue;
      if (effect.state.exists) names.set(below[0], true);
      else if (below.length === 1) names.set(below[0], false);
    }
    return names;
  }

  /** The predicted answers of all looks of a kind. */
  answersOf(kind: string): readonly AnswerEffect[] {
    return this.#effects.filter(
      (effect): effect is AnswerEffect => effect.type === 'answer' && effect.key.startsWith(`${kind}:`),
    );
  }

  /** The earlier steps that may do what no effect of theirs says: commands, packages. */
  anything(): readonly AnythingEffect[] {
    return this.#effects.filter((effect): effect is AnythingEffect => effect.type === 'anything');
  }

  /** The controller's file that an earlier step puts, or has confirmed, at a path of the host. */
  artifactAt(path: string): string | undefined {
    return this.#artifacts.get(path);
  }

  #keep(effects: readonly Effect[]): void {
    this.#effects.push(...effects);
    for (const effect of effects) {
      if (effect.type === 'answer') this.#answers.set(effect.key, effect);
      else if (effect.type === 'hand-over') this.#handsOver = true;
    }
  }
}

/** What an effect says of a path: the path itself, or one above it. */
function saysOf(effect: PathEffect, path: string): PathPrediction | undefined {
  if (effect.path === path) return { effect };
  const below = relativeTo(effect.path, path);
  return below === undefined ? undefined : aboveSays(effect, below);
}

function aboveSays(effect: PathEffect, below: string): PathPrediction | undefined {
  // Real paths have no link above them: what was below one is gone with what it replaced.
  if (!effect.state.exists || effect.state.type === 'link') return { absent: true };
  const entry = effect.tree?.get(below);
  if (entry !== undefined) return { inTree: entry };
  return effect.fresh === true ? { absent: true } : undefined;
}

/** `path` relative to `directory`, or undefined when it does not lie below it. */
function relativeTo(directory: string, path: string): string | undefined {
  const prefix = directory.endsWith('/') ? directory : `${directory}/`;
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : undefined;
}
