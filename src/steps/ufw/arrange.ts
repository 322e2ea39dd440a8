import { ruleIdentity, type UfwRule } from '../../looks/ufw/rule.ts';

/** A wanted rule of one address family. */
export interface WantedOne {
  readonly rule: UfwRule;
  /** False: a comment that is there stays. */
  readonly managesComment: boolean;
}

/** What becomes of one wanted rule. */
export interface Placement {
  /** The rule as it will be. */
  readonly rule: UfwRule;
  /** The rule as it is; absent when it is not there yet. */
  readonly before?: UfwRule;
  /** The rules right before it, now and then, when it changes its place. */
  readonly moved?: { readonly from: UfwRule | undefined; readonly to: UfwRule | undefined };
}

/** The rules of one address family, before and after a step. */
export interface Arrangement {
  readonly list: readonly UfwRule[];
  /** One for each wanted rule, in the same order. */
  readonly placements: readonly Placement[];
  readonly removed: readonly UfwRule[];
}

/**
 * Where the wanted rules go. As many as possible of those that are there keep their place; the others go right
 * before the next one that keeps it, or to the end. Unlisted rules stay where they are, or go when the listed
 * ones are to be the whole set. Pure.
 */
export function arrange(
  current: readonly UfwRule[],
  wanted: readonly WantedOne[],
  complete: boolean,
): Arrangement {
  const positions = new Map<string, number>();
  current.forEach((rule, index) => {
    const key = ruleIdentity(rule);
    if (!positions.has(key)) positions.set(key, index);
  });
  const places = wanted.map(({ rule }) => positions.get(ruleIdentity(rule)));
  const kept = longestRise(places);
  const merged = wanted.map(({ rule, managesComment }, index) => {
    const before = current[places[index] ?? -1];
    return before === undefined || managesComment ? rule : { ...rule, comment: before.comment };
  });
  // A second rule for the same packets never matches; beside a listed one it would only confuse.
  const listed = new Set(wanted.map(({ rule }) => ruleIdentity(rule)));
  const found = new Set(places);
  const goes = current.map(
    (rule, index) => !found.has(index) && (complete || listed.has(ruleIdentity(rule))),
  );
  const list = interleave(current, places, kept, merged, goes);
  return {
    list,
    placements: merged.map((rule, index) => placement(rule, places[index], kept.has(index), current, list)),
    removed: current.filter((_, index) => goes[index]),
  };
}

function interleave(
  current: readonly UfwRule[],
  places: readonly (number | undefined)[],
  kept: ReadonlySet<number>,
  merged: readonly UfwRule[],
  goes: readonly boolean[],
): readonly UfwRule[] {
  const list: UfwRule[] = [];
  let next = 0;
  const wantedAt = new Map(places.map((place, index) => [place, index]));
  current.forEach((rule, place) => {
    const index = wantedAt.get(place);
    if (index === undefined) {
      if (goes[place] === false) list.push(rule);
    } else if (kept.has(index)) {
      list.push(...merged.slice(next, index + 1));
      next = index + 1;
    }
  });
  return [...list, ...merged.slice(next)];
}

function placement(
  rule: UfwRule,
  place: number | undefined,
  isKept: boolean,
  current: readonly UfwRule[],
  list: readonly UfwRule[],
): Placement {
  const before = place === undefined ? undefined : current[place];
  if (place === undefined || before === undefined) return { rule };
  if (isKept) return { rule, before };
  return { rule, before, moved: { from: current[place - 1], to: list[list.indexOf(rule) - 1] } };
}

/** The indexes of a longest strictly rising subsequence; what has no place is left out. */
function longestRise(places: readonly (number | undefined)[]): ReadonlySet<number> {
  const best: { readonly length: number; readonly previous: number }[] = [];
  let end = -1;
  places.forEach((place, index) => {
    best[index] = { length: 0, previous: -1 };
    if (place === undefined) return;
    let previous = -1;
    for (let earlier = 0; earlier < index; earlier += 1) {
      const other = places[earlier];
      if (other === undefined || other >= place) continue;
      if ((best[earlier]?.length ?? 0) > (best[previous]?.length ?? 0)) previous = earlier;
    }
    best[index] = { length: (best[previous]?.length ?? 0) + 1, previous };
    if ((best[index]?.length ?? 0) > (best[end]?.length ?? 0)) end = index;
  });
  const rise = new Set<number>();
  for (let index = end; index >= 0; index = best[index]?.previous ?? -1) rise.add(index);
  return rise;
}
