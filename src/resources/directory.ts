import type { Change } from '../engine/change.ts';
import type { PathEffect, PresentPath } from '../engine/effect.ts';
import { type Action, type Comparison, converged } from '../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { statLook } from '../looks/stat.ts';
import { joinShell, sh } from '../shell/quote.ts';
import { describeState } from './describe.ts';
import { ancestorsOf, managedPath, nameOf, parentOf } from './host-path.ts';
import {
  nextState,
  type Ownership,
  ownerLooks,
  ownershipAction,
  ownershipChanges,
  ownPath,
  requireOwners,
  requireRight,
} from './ownership.ts';
import {
  enterDirectory,
  type Parent,
  requireParentOf,
  requireReadable,
  requireWritableParent,
} from './parent.ts';
import { defaultContext } from './selinux.ts';

export interface WantedDirectory extends Ownership {
  readonly path: string;
  /** Make the missing directories above it too, with mode 0755 and the acting user as owner. Default false. */
  readonly parents?: boolean;
}

/** A directory. Its parent must be there, be brought by an earlier step, or be made with `parents`. */
export function wantDirectory(view: View, given: WantedDirectory): Comparison {
  const wanted = { ...given, path: managedPath(given.path) };
  const { path } = wanted;
  const above = wanted.parents === true ? ancestorsOf(path) : [parentOf(path)];
  view.see(statLook(path), ...above.map((one) => statLook(one)), ...ownerLooks(wanted));
  requireOwners(view, wanted);
  const [now] = view.see(statLook(path));
  requireReadable(now, path);
  if (now.exists && now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (now.exists && now.type !== 'directory') {
    fail(
      `${path} is a ${describeState(now)} on this host, not a directory`,
      now.type === 'link' ? 'manage the directory that it leads to' : 'remove it, or choose another path',
    );
  }
  const next = nextState(view, now, wanted, 'directory', 0);
  if (!now.exists) return create(view, wanted, next);
  const changes = ownershipChanges('directory', path, now, next);
  if (changes.length === 0) return converged();
  requireRight(view, path, now, next);
  return {
    changes,
    effects: [{ type: 'path', path, state: next }],
    actions: () => [ownershipAction(path, now, next)],
  };
}

function create(view: View, wanted: WantedDirectory, next: PresentPath): Comparison {
  const { path } = wanted;
  const missing = wanted.parents === true ? missingAbove(view, path) : [];
  const parent = requireParentOf(view, missing[0] ?? path);
  requireWritableParent(view, missing[0] ?? path);
  requireRight(view, path, undefined, next);
  const plain = nextState(view, { exists: false }, {}, 'directory', 0);
  const made = [...missing.map((one) => [one, plain] as const), [path, next] as const];
  return {
    changes: made.map(([one, state]) => creation(one, state)),
    effects: made.map(([one, state]): PathEffect => ({ type: 'path', path: one, state, fresh: true })),
    actions: () =>
      made.map(([one, state], index) => {
        const above = { path: parentOf(view.realPath(one)), state: plain };
        return makeAction(one, state, index === 0 ? parent : above);
      }),
  };
}

function missingAbove(view: View, path: string): readonly string[] {
  const above = ancestorsOf(path);
  const states = view.see(...above.map((one) => statLook(one)));
  const first = states.findIndex((state) => !state.exists);
  return first < 0 ? [] : above.slice(first);
}

function creation(path: string, { mode, owner, group }: PresentPath): Change {
  return { resource: 'directory', target: path, action: 'create', after: { mode, owner, group } };
}

function makeAction(path: string, next: PresentPath, parent: Parent): Action {
  const name = `./${nameOf(path)}`;
  return {
    title: `making ${path}`,
    script: joinShell([
      enterDirectory(parent),
      sh`mkdir -- ${name}`,
      ownPath(name, next),
      defaultContext(path),
    ]),
  };
}
