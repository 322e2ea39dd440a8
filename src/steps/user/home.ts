import { randomBytes } from 'node:crypto';
import type { PathEffect, PresentPath } from '../../engine/effect.ts';
import { type Action, type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { statLook } from '../../looks/stat.ts';
import { accountDefaults } from '../../resources/accounts/defaults.ts';
import { requireRoot } from '../../resources/accounts/require.ts';
import { nameOf, parentOf } from '../../resources/host-path.ts';
import { exactMode } from '../../resources/ownership.ts';
import { enterDirectory, type Parent, requireParentOf } from '../../resources/parent.ts';
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
  const parent = requireParentOf(view, home);
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
    actions: () => [makeAction(owner, parent, homeMode, skeleton.length === 0 ? undefined : skel)],
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
  const parent = requireParentOf(view, home);
  const handing = sh`chown -h -- ${`${name}:${group}`} ${`./${nameOf(home)}`}`;
  return {
    changes,
    effects: [{ type: 'path', path: home, state: { ...now, owner: name, group } }],
    actions: () => [
      { title: `giving ${home} to ${name}`, script: joinShell([enterDirectory(parent), handing]) },
    ],
    notes: [`what was in ${home} before keeps its owner`],
  };
}

/**
 * The home is made whole in a directory that only root may enter, and then moved into place: its user never sees half of
 * it, and cannot put links in the way of the recursive chown. Who owns the directory above may put something else in the
 * place of the work directory, so the shell enters it, asks whose it is, and from then on uses names in it only; `..` is
 * the directory above, whatever that is called by then, as only root may move a directory of root's elsewhere.
 */
function makeAction(
  { name, group, home }: HomeOwner,
  parent: Parent,
  mode: string,
  skel: string | undefined,
): Action {
  const stale = `-${name}-home`;
  const work = `.provision-${randomBytes(6).toString('hex')}${stale}`;
  return {
    title: `making ${home}`,
    script: joinShell([
      enterDirectory(parent),
      sh`for old in .provision-????????????${stale}; do rm -rf -- "./$old"; done`,
      sh`mkdir -- ${work}; cd -P -- ${`./${work}`}`,
      sh`case $(stat -c %u:%a .) in 0:*700) ;; *) echo ${`${work} was replaced by something else meanwhile`} >&2; exit 1 ;; esac`,
      sh`trap ${sh`rm -rf ./home; cd ..; rmdir -- ${`./${work}`} || :`.text} EXIT; trap 'exit 129' HUP TERM INT PIPE`,
      sh`mkdir home`,
      skel === undefined ? sh`:` : sh`cp -a -- ${`${skel}/.`} home/`,
      sh`chown -R -h -- ${`${name}:${group}`} home`,
      sh`chmod -- ${exactMode(mode)} home`,
      sh`p_move home ${`../${nameOf(home)}`}; p_sync ..`,
      sh`if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null 2>&1; then restorecon -R -- ${home}; fi`,
    ]),
  };
}
