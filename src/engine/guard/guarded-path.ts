import { accountLook } from '../../looks/account.ts';
import { normalPath, parentOf } from '../../resources/host-path.ts';
import type { PathEffect } from '../effect.ts';
import type { View } from '../view.ts';
import { namedPlaces } from './named-places.ts';
import type { GuardedPath } from './need.ts';
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
 * What is to be kept of a path that a step changes, where the login rests on it: because it does on every host, or because
 * this host's own configuration names it.
 *
 * @param isNew nothing was there before.
 * @throws StepFailure when the change takes away what the login rests on.
 */
export function guardedPath(effect: PathEffect, isNew: boolean, view: View): GuardedPath | undefined {
  const { path } = effect;
  const home = mayConcernHome(effect, isNew) ? homesOf(view) : [];
  const keepsContent = effect.state.exists && effect.state.type === 'directory' && !replaces(effect);
  const attributes = keepsContent && !isNew ? ({ attributes: true } as const) : {};
  requireHostGoesOn(effect, view);
  if (isUsual(path, home)) return { path, ...attributes };
  // What is new holds nothing yet, nor does a directory say anything.
  const named = isNew && !isFile(effect) ? undefined : namedPlaces(view, isUsual);
  const trees = named === undefined ? [] : [...named.configs, ...named.sudoers];
  if (named?.files.includes(path) === true || isBelow(path, trees)) return { path, ...attributes };
  if (isNew) return undefined;
  const above = (one: string): boolean => one === path || one.startsWith(path === '/' ? '/' : `${path}/`);
  const usual = [...home, ...treesOf(home), ...filesOf(home)].find(above);
  const elsewhere = [...(named?.files ?? []), ...trees].filter(above);
  const held = usual ?? elsewhere[0];
  if (held === undefined && !HOLDERS.some((one) => one.test(path))) return undefined;
  if (keepsContent) return { path, attributes: true };
  // What takes its place may have the same in it.
  if (usual === undefined && elsewhere.length > 0 && mayHold(effect, elsewhere)) return { path };
  refuseLockout(
    view,
    `this would lock the controller out: ${path} holds ${held ?? 'what the SSH server needs'}, which its login rests on`,
    'leave it as it is, or log in as a user that does not need it',
  );
  return undefined;
}

/** In the way of every login, or of one with such a home, wherever sshd looks. */
function isUsual(path: string, homes: readonly string[]): boolean {
  return (
    filesOf(homes).includes(path) ||
    isBelow(path, treesOf(homes)) ||
    PATTERNS.some((pattern) => pattern.test(path))
  );
}

function filesOf(homes: readonly string[]): readonly string[] {
  return [...FILES, ...homes.flatMap((at) => HOME_FILES.map((name) => `${at}/${name}`))];
}

function treesOf(homes: readonly string[]): readonly string[] {
  return [...TREES, ...homes.flatMap((at) => HOME_TREES.map((name) => `${at}/${name}`))];
}

function isBelow(path: string, trees: readonly string[]): boolean {
  return trees.some((tree) => path === tree || path.startsWith(`${tree}/`));
}

/**
 * Whether sshd reads a file, or does not start without it, because its configuration names it.
 *
 * @param path without links on the way.
 */
export function isNamedBySshd(path: string, view: View): boolean {
  if (isUsual(path, []) || isUsual(path, homesOf(view))) return false;
  const { configs, hostKeys } = namedPlaces(view, isUsual);
  return isBelow(path, configs) || hostKeys.includes(path);
}

function isFile({ state }: PathEffect): boolean {
  return state.exists && state.type !== 'directory';
}

function mayHold({ path, state, tree }: PathEffect, held: readonly string[]): boolean {
  if (!state.exists) return false;
  if (state.type === 'link') return true;
  return tree !== undefined && held.every((one) => tree.get(one.slice(path.length + 1)) !== undefined);
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
