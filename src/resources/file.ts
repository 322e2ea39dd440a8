import { createHash } from 'node:crypto';
import type { Change } from '../engine/change.ts';
import type { PathEffect, PathState, PresentPath } from '../engine/effect.ts';
import { type Action, type Comparison, converged } from '../engine/step-kind.ts';
import { fail, type View } from '../engine/view.ts';
import { contentLook, type FileContent } from '../looks/content.ts';
import { statLook } from '../looks/stat.ts';
import { AT_ONCE, bytesInput } from '../shell/input.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { describeState } from './describe.ts';
import { managedPath, nameOf, parentOf } from './host-path.ts';
import {
  modeOfDescriptor,
  nextState,
  type Ownership,
  ownDescriptor,
  ownerLooks,
  ownerOfDescriptor,
  ownershipAction,
  ownershipChanges,
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
import { defaultContext, ENABLED, keepContext } from './selinux.ts';
import { judgeSpace, REPORT_SPACE, requireLittleSpace } from './space.ts';
import { removeStale, removeTemporary, temporaryName } from './temporary.ts';
import { foreseeWriting, requireChangeable } from './writable.ts';

export interface WantedFile extends Ownership {
  readonly path: string;
  readonly content: Uint8Array;
  /** What is there, when the caller has looked already (with the bytes). */
  readonly existing?: FileContent;
  /** Checks the new file before it takes its place: runs with the temporary file's path in `$tmp`. */
  readonly check?: Shell;
  /** The word for it in changes. Default `file`. */
  readonly resource?: string;
}

/** A regular file with exactly this content; anything but a directory that stands in its place is replaced. */
export function wantFile(view: View, given: WantedFile): Comparison {
  const wanted = { ...given, path: managedPath(given.path) };
  const { path, content } = wanted;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const look = wanted.existing === undefined ? [contentLook(path, sha256)] : [];
  foreseeWriting(view, path);
  view.see(statLook(path), statLook(parentOf(path)), ...look, ...ownerLooks(wanted));
  requireOwners(view, wanted);
  const [now] = view.see(statLook(path));
  const parent = requireParentOf(view, path);
  requireReadable(now, path);
  if (now.exists && now.type === 'directory') fail(`${path} is a directory on this host, not a file`);
  const existing = wanted.existing ?? view.see(contentLook(path, sha256))[0];
  const next = nextState(view, now, wanted, 'file', content.length);
  const effect: PathEffect = { type: 'path', path, state: next, sha256, content };
  const changes = [...contentChanges(wanted, sha256, now, existing, next)];
  const rewrite = changes.length > 0;
  // What replaces something else has nothing in common with it.
  if (now.exists && now.type === 'file')
    changes.push(...ownershipChanges(wanted.resource ?? 'file', path, now, next));
  if (changes.length === 0) return converged([{ ...effect, state: now }]);
  requireRight(view, path, now.exists && now.type === 'file' ? now : undefined, next);
  if (rewrite) requireWritableParent(view, path);
  requireChangeable(view, path, now);
  return {
    changes,
    effects: rewrite ? [effect, requireLittleSpace(view, path, content.length)] : [effect],
    actions: () => [
      rewrite || !now.exists ? writeAction(wanted, next, parent) : ownershipAction(path, now, next),
    ],
  };
}

function* contentChanges(
  { path, content, resource = 'file' }: WantedFile,
  sha256: string,
  now: PathState,
  existing: FileContent,
  next: PresentPath,
): Generator<Change> {
  if (!now.exists) {
    const after = { mode: next.mode, owner: next.owner, group: next.group, size: content.length, sha256 };
    yield { resource, target: path, action: 'create', after, text: { after: content } };
    return;
  }
  if (now.type !== 'file') {
    const before = describeState(now);
    yield { resource, target: path, action: 'update', attribute: 'type', before, after: 'file' };
  } else if (existing.sha256 === undefined) {
    fail(`this user may not read ${path}`, 'set "become: true" on the step or the play');
  }
  if (existing.sha256 === sha256) return;
  yield {
    resource,
    target: path,
    action: 'update',
    attribute: 'content',
    before: existing.sha256 ?? null,
    after: sha256,
    text: { ...(existing.bytes === undefined ? {} : { before: existing.bytes }), after: content },
  };
}

/**
 * Writes beside, checks, syncs and renames: the target is whole, old or new, at every moment. The new file has the owner and
 * mode that it will have before the first byte is in it: who may not read the one may not read the other.
 */
function writeAction(wanted: WantedFile, next: PresentPath, parent: Parent): Action {
  const { path, content } = wanted;
  const temporary = temporaryName(path);
  const directory = parentOf(path) === '/' ? '' : parentOf(path);
  const title = `writing ${path}`;
  // Setuid and its like: not before the content is whole, and writing may take it away.
  const special = !next.mode.startsWith('0');
  // One program receives and syncs, where there is something to receive and nothing comes after it.
  const synced = content.length > 0 && content.length <= AT_ONCE && !special;
  return {
    title,
    judge: (result) => judgeSpace(title, path, content.length, result),
    input: { ...bytesInput(content), taken: true },
    script: joinShell([
      enterDirectory(parent),
      removeStale(path),
      sh`p_tidy() { exec 3>&-; ${removeTemporary(temporary)}; if [ $p_rc -ne 0 ]; then ${REPORT_SPACE}; fi; }`,
      sh`tmp=${`${directory}/${temporary}`}`,
      sh`set -C; exec 3>${temporary}; set +C`,
      special ? ownerOfDescriptor(next) : ownDescriptor(next),
      synced ? sh`p_receive conv=fsync >&3` : sh`p_receive >&3`,
      sh`[ -n "$p_whole" ] || [ "$(stat -L -c %s /proc/self/fd/3 3<&3)" -eq ${content.length} ] || { echo 'the file arrived incomplete' >&2; exit 1; }`,
      ...(special ? [modeOfDescriptor(next)] : []),
      sh`exec 3>&-`,
      ...(wanted.check === undefined ? [] : [wanted.check]),
      keepContext(nameOf(path), temporary),
      synced ? sh`if ${ENABLED}; then p_sync ${temporary}; fi` : sh`p_sync ${temporary}`,
      sh`p_move ${temporary} ${nameOf(path)}`,
      defaultContext(path),
      sh`p_sync .`,
    ]),
  };
}
