import { accountLook } from '../../looks/account.ts';
import { checkSshd, isOfSshd } from '../../looks/sshd/check.ts';
import { ancestorsOf, normalPath, parentOf } from '../../resources/host-path.ts';
import type { Effect, PathEffect } from '../effect.ts';
import type { Comparison } from '../step-kind.ts';
import type { View } from '../view.ts';
import { bothNeeds, type GuardedPath, type GuardNeed } from './need.ts';
import {
  FILES,
  HOLDERS,
  HOME_FILES,
  HOME_TREES,
  MASKS,
  NEEDED_AT_BOOT,
  NEEDED_TO_GO_BACK,
  PATTERNS,
  TREES,
} from './paths.ts';
import { refuseLockout } from './refuse-lockout.ts';

/**
 * What has to be guarded of a step's changes: what its kind says, and the paths among its effects that lie in the way of the
 * login. Asks the host for the login user's home only where a change may concern it.
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
  const paths = effects.flatMap((effect, index) => {
    if (effect.type !== 'path') return [];
    const written = comparison.effects[index];
    const isNew = written?.type === 'path' && made.has(written.path);
    return guardedPath(effect, isNew, view) ?? [];
  });
  const outermost = paths.filter(
    ({ path }) => !paths.some((other) => other.attributes !== true && ancestorsOf(path).includes(other.path)),
  );
  if (outermost.length === 0) return comparison.guard;
  const names = outermost.map(({ path }) => path);
  const more = names.length > 2 ? ` and ${names.length - 2} more` : '';
  const what = comparison.guard?.what ?? `${names.slice(0, 2).join(', ')}${more}`;
  const checks = names.some(isOfSshd) ? [checkSshd(names)] : [];
  return bothNeeds(comparison.guard, { what, paths: outermost, checks });
}

function guardedPath(effect: PathEffect, isNew: boolean, view: View): GuardedPath | undefined {
  const { path } = effect;
  const home = mayConcernHome(effect, isNew) ? homesOf(view) : [];
  const files = [...FILES, ...home.flatMap((at) => HOME_FILES.map((name) => `${at}/${name}`))];
  const trees = [...TREES, ...home.flatMap((at) => HOME_TREES.map((name) => `${at}/${name}`))];
  const keepsContent = effect.state.exists && effect.state.type === 'directory' && !replaces(effect);
  const attributes = keepsContent && !isNew ? ({ attributes: true } as const) : {};
  const inTree = (tree: string): boolean => path === tree || path.startsWith(`${tree}/`);
  requireHostGoesOn(effect, view);
  if (files.includes(path) || trees.some(inTree) || PATTERNS.some((one) => one.test(path))) {
    return { path, ...attributes };
  }
  // What is new holds nothing yet.
  if (isNew) return undefined;
  const held = [...home, ...trees, ...files].find(
    (one) => one === path || one.startsWith(path === '/' ? '/' : `${path}/`),
  );
  if (held === undefined && !HOLDERS.some((one) => one.test(path))) return undefined;
  if (keepsContent) return { path, attributes: true };
  refuseLockout(
    view,
    `this would lock the controller out: ${path} holds ${held ?? 'what the SSH server needs'}, which its login rests on`,
    'leave it as it is, or log in as a user that does not need it',
  );
  return undefined;
}

/** What no rollback could mend, or no new connection would tell. */
function requireHostGoesOn({ path, state }: PathEffect, view: View): void {
  const because = (reason: string, hint: string): void =>
    refuseLockout(view, `this would lock the controller out: ${reason}`, hint);
  if (NEEDED_TO_GO_BACK.test(path)) {
    because(
      `every program on this host, and a rollback too, needs ${path}`,
      'leave it to the package that brings it',
    );
  }
  const masks = state.exists && state.type === 'link' && state.target === '/dev/null' && MASKS.test(path);
  if (masks || (!state.exists && NEEDED_AT_BOOT.test(path))) {
    because(
      `without ${path} the SSH server is not started at the next start of the host`,
      'leave it as it is; when another way in is ready, run with --no-guard',
    );
  }
}

/** All that was below is gone afterwards, or is another. */
function replaces({ fresh, tree }: PathEffect): boolean {
  return fresh === true || tree !== undefined;
}

/** Of what lies elsewhere no home need be known: a home is a directory that is there, and none of the system's own. */
function mayConcernHome({ path, state }: PathEffect, isNew: boolean): boolean {
  const names = path.split('/');
  if ([...HOME_TREES, ...HOME_FILES].some((one) => names.includes(one.split('/')[0]!))) return true;
  if (/^\/(?:usr|etc|bin|sbin|lib\d*|boot|dev)\//.test(path)) return false;
  return !isNew && !(state.exists && state.type === 'file');
}

/** The login user's home as it is written, and where it really is. */
function homesOf(view: View): readonly string[] {
  const [account] = view.see(accountLook(view.loginUser));
  if (!account.exists || parentOf(account.home) === account.home) return [];
  const home = normalPath(account.home);
  return [...new Set([home, view.realPath(`${home}/.ssh`).slice(0, -'/.ssh'.length)])];
}
