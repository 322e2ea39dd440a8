import { randomBytes } from 'node:crypto';
import type { PathEffect, PresentPath } from '../../engine/effect.ts';
import { type Action, type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { statLook } from '../../looks/stat.ts';
import { accountDefaults } from '../../resources/accounts/defaults.ts';
import { requireRoot } from '../../resources/accounts/require.ts';
import { parentOf } from '../../resources/host-path.ts';
import { requireParentOf } from '../../resources/parent.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { readSkeleton } from './skeleton.ts';

/** Whose home it is. */
export interface HomeOwner {
  readonly name: string;
  readonly group: string;
  readonly home: string;
}

/** Debian's word for accounts that have no home on purpose. */
const NO_HOME = '/nonexistent';

/**
 * A home directory that is there and belongs to its user. A missing one is made; a stray one is handed over: one
 * that belongs to nobody any more, or to root where homes are made. Any other owner is somebody's decision.
 */
export function compareHome(owner: HomeOwner, view: View): Comparison {
  const { name, home } = owner;
  if (home === NO_HOME) return converged();
  const [now] = view.see(statLook(home));
  if (!now.exists) {
    if (now.denied === true)
      fail(`this user may not look at ${home}`, 'set "become: true" on the step or the play');
    return makeHome(owner, view);
  }
  if (now.type === 'link' || now.type === 'unknown' || now.owner === name) return converged();
  if (now.type !== 'directory') {
    fail(
      `the home ${home} of "${name}" is not a directory on this host`,
      'move it away, or set "create_home: false"',
    );
  }
  const stray =
    /^\d+$/.test(now.owner) || (now.owner === 'root' && parentOf(home) === accountDefaults(view).homes);
  if (stray) return handOver(owner, now, view);
  return { ...converged(), notes: [`the home ${home} belongs to ${now.owner}, and is left so`] };
}

function makeHome(owner: HomeOwner, view: View): Comparison {
  const { name, group, home } = owner;
  requireParentOf(view, home);
  const { homeMode, skel } = accountDefaults(view);
  const skeleton = readSkeleton(view, skel, owner);
  const state: PresentPath = {
    exists: true,
    type: 'directory',
    mode: homeMode,
    owner: name,
    group,
    size: 0,
    mtime: 0,
  };
  const after = {
    mode: homeMode,
    owner: name,
    group,
    ...(skeleton.length === 0 ? {} : { from: skel }),
  };
  const changes = [{ resource: 'directory', target: home, action: 'create', after }] as const;
  requireRoot(view, changes);
  const effects: PathEffect[] = [{ type: 'path', path: home, state, fresh: true }, ...skeleton];
  return {
    changes,
    effects,
    actions: () => [makeAction(owner, homeMode, skeleton.length === 0 ? undefined : skel)],
  };
}

function handOver(owner: HomeOwner, now: PresentPath, view: View): Comparison {
  const { name, group, home } = owner;
  const base = { resource: 'directory', target: home, action: 'update' } as const;
  const changes = [
    { ...base, attribute: 'owner', before: now.owner, after: name },
    ...(now.group === group ? [] : [{ ...base, attribute: 'group', before: now.group, after: group }]),
  ];
  requireRoot(view, changes);
  return {
    changes,
    effects: [{ type: 'path', path: home, state: { ...now, owner: name, group } }],
    actions: () => [
      { title: `giving ${home} to ${name}`, script: sh`chown -h -- ${`${name}:${group}`} ${home}` },
    ],
    notes: [`what was in ${home} before keeps its owner`],
  };
}

/**
 * The home is made whole in a directory that only root may enter, and then moved into place: its user never sees
 * half of it, and cannot put links in the way of the recursive chown.
 */
function makeAction({ name, group, home }: HomeOwner, mode: string, skel: string | undefined): Action {
  const stale = `-${name}-home`;
  const place = `${parentOf(home) === '/' ? '' : parentOf(home)}/.provision-`;
  const work = `${place}${randomBytes(6).toString('hex')}${stale}`;
  return {
    title: `making ${home}`,
    script: joinShell([
      sh`for old in ${place}????????????${stale}; do rm -rf -- "$old"; done`,
      sh`work=${work}; trap 'rm -rf -- "$work"' EXIT; trap 'exit 129' HUP TERM INT PIPE`,
      sh`mkdir -- "$work" "$work/home"`,
      skel === undefined ? sh`:` : sh`cp -a -- ${`${skel}/.`} "$work/home/"`,
      sh`chown -R -h -- ${`${name}:${group}`} "$work/home"`,
      sh`chmod -- ${mode} "$work/home"`,
      sh`p_move "$work/home" ${home}; p_sync ${parentOf(home)}`,
      sh`if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon -R -- ${home}; fi`,
    ]),
  };
}
