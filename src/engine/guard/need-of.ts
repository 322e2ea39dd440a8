import { checkSshd, isOfSshd } from '../../looks/sshd/check.ts';
import { ancestorsOf } from '../../resources/host-path.ts';
import { allOf } from '../all-of.ts';
import type { Effect } from '../effect.ts';
import type { Comparison } from '../step-kind.ts';
import type { View } from '../view.ts';
import { guardedPath, isNamedBySshd } from './guarded-path.ts';
import { bothNeeds, type GuardedPath, type GuardNeed } from './need.ts';

/**
 * What has to be guarded of a step's changes: what its kind says, and the paths among its effects that lie in the way of the
 * login: on every host, or because this one's own configuration names them. The host is asked for those only where a change may
 * concern them.
 *
 * @param effects those of the comparison, at real paths.
 * @throws StepFailure when a change takes away what the login rests on.
 */
export function needOf(
  comparison: Comparison,
  effects: readonly Effect[],
  view: View,
): GuardNeed | undefined {
  const { changes } = comparison;
  if (changes.length === 0) return undefined;
  // What a command does is not known; of what it is said to bring nothing can be kept.
  if (effects.some(({ type }) => type === 'anything')) return comparison.guard;
  const made = new Set(changes.filter(({ action }) => action === 'create').map(({ target }) => target));
  const guardedPaths = (effect: Effect, index: number): readonly GuardedPath[] => {
    if (effect.type !== 'path') return [];
    const written = comparison.effects[index];
    const isNew = written?.type === 'path' && made.has(written.path);
    return [guardedPath(effect, isNew, view) ?? []].flat();
  };
  // Each asks for what it needs to know before the first that has to wait ends the comparison.
  const paths = allOf(effects.map((effect, index) => () => guardedPaths(effect, index))).flat();
  const outermost = paths.filter(
    ({ path }) => !paths.some((other) => other.attributes !== true && ancestorsOf(path).includes(other.path)),
  );
  if (outermost.length === 0) return comparison.guard;
  const names = outermost.map(({ path }) => path);
  const more = names.length > 2 ? ` and ${names.length - 2} more` : '';
  const what = comparison.guard?.what ?? `${names.slice(0, 2).join(', ')}${more}`;
  const starts = (path: string): boolean => isOfSshd(path) || isNamedBySshd(path, view);
  const checks = names.some(starts) ? [checkSshd(names)] : [];
  return bothNeeds(comparison.guard, { what, paths: outermost, checks });
}
