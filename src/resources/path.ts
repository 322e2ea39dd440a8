import { createHash, randomBytes } from 'node:crypto';
import type { Change } from '../engine/change.ts';
import type { PathEffect, PathState, PresentPath } from '../engine/effect.ts';
import { type Action, type Comparison, converged } from '../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { accountLook } from '../looks/account.ts';
import { contentLook } from '../looks/content.ts';
import { groupLook } from '../looks/group.ts';
import { statLook } from '../looks/stat.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';

/** Who may do what with a path. What is left out is not managed on an existing path. */
export interface Ownership {
  /** Four octal digits. */
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
}

export interface WantedFile extends Ownership {
  readonly path: string;
  readonly content: Uint8Array;
  /** Checks the new file before it takes its place: runs with the temporary file's path in `$tmp`. */
  readonly check?: Shell;
  /** The word for it in changes. Default `file`. */
  readonly resource?: string;
}

const DEFAULT_FILE_MODE = '0644';
const DEFAULT_DIRECTORY_MODE = '0755';

/** A regular file with exactly this content; anything but a directory that stands in its place is replaced. */
export function wantFile(view: View, wanted: WantedFile): Comparison {
  const { path, content } = wanted;
  const sha256 = createHash('sha256').update(content).digest('hex');
  requireOwners(view, wanted);
  const [now, parent, existing] = view.see(
    statLook(path),
    statLook(parentOf(path)),
    contentLook(path, sha256),
  );
  requireParent(parent, path);
  requireReadable(now, path);
  if (now.exists && now.type === 'directory') fail(`${path} is a directory on this host, not a file`);
  const resource = wanted.resource ?? 'file';
  const next = nextState(view, now, wanted, 'file', content.length);
  const effect: PathEffect = { type: 'path', path, state: next, sha256, content };
  if (!now.exists) {
    const after = { mode: next.mode, owner: next.owner, group: next.group, size: content.length, sha256 };
    const change: Change = { resource, target: path, action: 'create', after, text: { after: content } };
    return { changes: [change], effects: [effect], actions: () => [writeAction(wanted, next)] };
  }
  const changes: Change[] = [];
  if (now.type !== 'file') {
    const before = now.type === 'link' ? `link to ${now.target}` : now.type;
    changes.push({ resource, target: path, action: 'update', attribute: 'type', before, after: 'file' });
  }
  if (existing.sha256 !== sha256) {
    changes.push({
      resource,
      target: path,
      action: 'update',
      attribute: 'content',
      before: existing.sha256 ?? null,
      after: sha256,
      text: { ...(existing.bytes === undefined ? {} : { before: existing.bytes }), after: content },
    });
  }
  const rewrite = changes.length > 0;
  changes.push(...ownershipChanges(resource, path, now, next));
  if (changes.length === 0) return converged([{ ...effect, state: now }]);
  return {
    changes,
    effects: [effect],
    actions: () => [rewrite ? writeAction(wanted, next) : ownershipAction(path, now, next)],
  };
}

export interface WantedDirectory extends Ownership {
  readonly path: string;
}

/** A directory. Its parent must be there, or be brought by an earlier step. */
export function wantDirectory(view: View, wanted: WantedDirectory): Comparison {
  const { path } = wanted;
  requireOwners(view, wanted);
  const [now, parent] = view.see(statLook(path), statLook(parentOf(path)));
  requireReadable(now, path);
  if (now.exists && now.type !== 'directory') {
    if (now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
    fail(`${path} is ${describe(now)} on this host, not a directory`, 'remove it, or choose another path');
  }
  const next = nextState(view, now, wanted, 'directory', 0);
  const effect: PathEffect = { type: 'path', path, state: next, fresh: !now.exists };
  if (!now.exists) {
    requireParent(parent, path);
    const after = { mode: next.mode, owner: next.owner, group: next.group };
    return {
      changes: [{ resource: 'directory', target: path, action: 'create', after }],
      effects: [effect],
      actions: () => [makeDirectoryAction(path, next)],
    };
  }
  const changes = ownershipChanges('directory', path, now, next);
  if (changes.length === 0) return converged();
  return { changes, effects: [effect], actions: () => [ownershipAction(path, now, next)] };
}

/** A symbolic link to a target. A link or file in its place is replaced in one rename. */
export function wantLink(view: View, wanted: { readonly path: string; readonly target: string }): Comparison {
  const { path, target } = wanted;
  const [now, parent] = view.see(statLook(path), statLook(parentOf(path)));
  requireParent(parent, path);
  requireReadable(now, path);
  if (now.exists && now.type === 'directory') {
    fail(
      `${path} is a directory on this host, not a link`,
      'move it away first: provision does not delete trees unasked',
    );
  }
  if (now.exists && now.type === 'link' && now.target === target) return converged();
  const state: PresentPath = {
    exists: true,
    type: 'link',
    mode: '0777',
    owner: view.actingUser,
    group: view.actingUser,
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
        after: target,
      }
    : { resource: 'link', target: path, action: 'create', after: target };
  return {
    changes: [change],
    effects: [{ type: 'path', path, state, fresh: true }],
    actions: () => [linkAction(path, target)],
  };
}

/** Nothing at a path. A directory with something in it is only removed when `recursive` is set. */
export function wantAbsent(
  view: View,
  wanted: { readonly path: string; readonly recursive?: boolean },
): Comparison {
  const { path } = wanted;
  const [now] = view.see(statLook(path));
  requireReadable(now, path);
  if (!now.exists) return converged();
  const before = now.type === 'link' ? `link to ${now.target}` : now.type;
  return {
    changes: [
      { resource: now.type === 'unknown' ? 'file' : now.type, target: path, action: 'delete', before },
    ],
    effects: [{ type: 'path', path, state: { exists: false }, fresh: true }],
    actions: () => [
      {
        title: `removing ${path}`,
        script:
          now.type !== 'directory'
            ? sh`rm -f -- ${path}`
            : wanted.recursive === true
              ? sh`rm -rf -- ${path}`
              : sh`rmdir -- ${path}`,
      },
    ],
  };
}

/** The directory that holds a path. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Fails when a wanted owner or group is neither on the host nor made by an earlier step. */
export function requireOwners(view: View, wanted: Ownership): void {
  const { owner, group } = wanted;
  const [account] = owner === undefined || isNumber(owner) ? [undefined] : view.see(accountLook(owner));
  if (account !== undefined && !account.exists) {
    fail(
      `the owner "${owner}" does not exist on this host, and no earlier step creates it`,
      'add a "user" step before this one',
    );
  }
  const [groupState] = group === undefined || isNumber(group) ? [undefined] : view.see(groupLook(group));
  if (groupState !== undefined && !groupState.exists) {
    fail(
      `the group "${group}" does not exist on this host, and no earlier step creates it`,
      'add a "group" step before this one',
    );
  }
}

/** Fails when the directory that is to hold a path is not there. */
export function requireParent(parent: PathState, path: string): void {
  if (parent.exists && (parent.type === 'directory' || parent.type === 'link')) return;
  const directory = parentOf(path);
  if (parent.exists && parent.type === 'unknown') {
    throw new Unpredictable(`${directory} is made by an earlier command`);
  }
  if (parent.exists) fail(`${directory} is not a directory on this host`);
  fail(
    `the directory ${directory} does not exist on this host, and no earlier step creates it`,
    `add a "directory: ${directory}" step before this one`,
  );
}

function requireReadable(state: PathState, path: string): void {
  if (!state.exists && state.denied === true) {
    fail(`this user may not look at ${path}`, 'set "become: true" on the step or the play');
  }
}

function nextState(
  view: View,
  now: PathState,
  wanted: Ownership,
  type: 'file' | 'directory',
  size: number,
): PresentPath {
  const keeps = now.exists && now.type === type ? now : undefined;
  if (now.exists && now.type === 'unknown') throw new Unpredictable('its path is made by an earlier command');
  return {
    exists: true,
    type,
    mode: wanted.mode ?? keeps?.mode ?? (type === 'file' ? DEFAULT_FILE_MODE : DEFAULT_DIRECTORY_MODE),
    owner: wanted.owner ?? keeps?.owner ?? view.actingUser,
    group: wanted.group ?? keeps?.group ?? primaryGroup(view, wanted.owner ?? view.actingUser),
    size: type === 'file' ? size : (keeps?.size ?? 0),
    mtime: 0,
  };
}

function primaryGroup(view: View, user: string): string {
  const [account] = view.see(accountLook(user));
  return account.exists ? account.group : user;
}

function ownershipChanges(resource: string, path: string, now: PresentPath, next: PresentPath): Change[] {
  return (['mode', 'owner', 'group'] as const)
    .filter((attribute) => now[attribute] !== next[attribute])
    .map((attribute) => ({
      resource,
      target: path,
      action: 'update',
      attribute,
      before: now[attribute],
      after: next[attribute],
    }));
}

function describe(state: PresentPath): string {
  return state.type === 'link' ? `a link to ${state.target}` : `a ${state.type}`;
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}

/** A name beside the target that nobody can guess, and that a later run can recognise. */
export function temporaryBeside(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${parentOf(path) === '/' ? '' : parentOf(path)}/.provision-${randomBytes(6).toString('hex')}-${name.slice(0, 200)}`;
}

/** Writes beside, checks, syncs and renames: the target is whole, old or new, at every moment. */
function writeAction(wanted: WantedFile, next: PresentPath): Action {
  const { path, content } = wanted;
  const tmp = temporaryBeside(path);
  return {
    title: `writing ${path}`,
    input: {
      size: content.length,
      bytes: content,
      open: () => {
        throw new Error('has bytes');
      },
    },
    script: joinShell([
      sh`tmp=${tmp}; trap 'rm -f -- "$tmp"' EXIT; trap 'exit 129' HUP TERM INT PIPE`,
      sh`set -C; cat >"$tmp"; set +C`,
      sh`[ "$(stat -c %s -- "$tmp")" -eq ${content.length} ] || { echo 'the file arrived incomplete' >&2; exit 1; }`,
      wanted.check ?? sh`:`,
      sh`chown -- ${`${next.owner}:${next.group}`} "$tmp"; chmod -- ${next.mode} "$tmp"`,
      sh`p_sync "$tmp"; p_move "$tmp" ${path}; p_sync ${parentOf(path)}`,
    ]),
  };
}

function makeDirectoryAction(path: string, next: PresentPath): Action {
  return {
    title: `making ${path}`,
    script: sh`mkdir -- ${path}; chown -- ${`${next.owner}:${next.group}`} ${path}; chmod -- ${next.mode} ${path}`,
  };
}

function ownershipAction(path: string, now: PresentPath, next: PresentPath): Action {
  const chown =
    now.owner !== next.owner || now.group !== next.group
      ? sh`chown -h -- ${`${next.owner}:${next.group}`} ${path}`
      : sh`:`;
  // chown clears setuid bits, so the mode comes after it.
  return {
    title: `setting owner and mode of ${path}`,
    script: joinShell([chown, sh`chmod -- ${next.mode} ${path}`]),
  };
}

function linkAction(path: string, target: string): Action {
  const tmp = temporaryBeside(path);
  return {
    title: `linking ${path}`,
    script: sh`ln -s -- ${target} ${tmp}; p_move ${tmp} ${path}; p_sync ${parentOf(path)}`,
  };
}
