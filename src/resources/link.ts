import type { Change } from '../engine/change.ts';
import type { PresentPath } from '../engine/effect.ts';
import { type Action, type Comparison, converged } from '../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { statLook } from '../looks/stat.ts';
import { joinShell, sh } from '../shell/quote.ts';
import { managedPath, nameOf, parentOf } from './host-path.ts';
import { primaryGroup } from './ownership.ts';
import {
  enterDirectory,
  type Parent,
  requireParentOf,
  requireReadable,
  requireWritableParent,
} from './parent.ts';
import { removeStale, removeTemporary, temporaryName } from './temporary.ts';
import { foreseeWriting, requireChangeable } from './writable.ts';

export interface WantedLink {
  readonly path: string;
  /** As it will stand in the link: absolute, or relative to the link's directory. */
  readonly target: string;
  /** Replace a file that stands there. Default false. */
  readonly force?: boolean;
}

/** A symbolic link to a target. A link (or, with `force`, a file) in its place is replaced in one rename. */
export function wantLink(view: View, wanted: WantedLink): Comparison {
  const { target } = wanted;
  const path = managedPath(wanted.path);
  foreseeWriting(view, path);
  const [now] = view.see(statLook(path), statLook(parentOf(path)));
  const parent = requireParentOf(view, path);
  requireReadable(now, path);
  if (now.exists && now.type === 'directory') {
    fail(
      `${path} is a directory on this host, not a link`,
      'move it away first: provision does not delete trees unasked',
    );
  }
  if (now.exists && now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (now.exists && now.type !== 'link' && wanted.force !== true) {
    fail(`${path} is a ${now.type} on this host, not a link`, 'set "force: true" to replace it');
  }
  if (now.exists && now.type === 'link' && now.target === target) return converged();
  requireWritableParent(view, path);
  requireChangeable(view, path, now);
  const state: PresentPath = {
    exists: true,
    type: 'link',
    mode: '0777',
    owner: view.actingUser,
    group: primaryGroup(view, view.actingUser),
    size: Buffer.byteLength(target),
    mtime: 0,
    target,
  };
  const change: Change = now.exists
    ? {
        resource: 'link',
        target: path,
        action: 'update',
        attribute: now.type === 'link' ? 'target' : 'type',
        before: now.type === 'link' ? (now.target ?? null) : now.type,
        after: now.type === 'link' ? target : `link to ${target}`,
      }
    : { resource: 'link', target: path, action: 'create', after: target };
  return {
    changes: [change],
    effects: [{ type: 'path', path, state, fresh: true }],
    actions: () => [linkAction(path, target, parent)],
  };
}

function linkAction(path: string, target: string, parent: Parent): Action {
  const temporary = temporaryName(path);
  return {
    title: `linking ${path}`,
    script: joinShell([
      enterDirectory(parent),
      removeStale(path),
      sh`trap ${removeTemporary(temporary).text} EXIT; trap 'exit 129' HUP TERM INT PIPE`,
      sh`ln -s -- ${target} ${temporary}; p_move ${temporary} ${nameOf(path)}; p_sync .`,
    ]),
  };
}
