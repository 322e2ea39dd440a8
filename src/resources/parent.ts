import type { PathState, PresentPath } from '../engine/effect.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { writableLook } from '../looks/writable.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { followed } from './follow.ts';
import { parentOf, requireNotOfKernel } from './host-path.ts';
import { inodeOf } from './inode.ts';
import { requireForRoot } from './writable.ts';

/** A directory that is to hold something. */
export interface Parent {
  /** Its real path: no link on the way, and none at its end. */
  readonly path: string;
  readonly state: PresentPath;
}

/**
 * The directory that is to hold a path, found through links. Fails when it is not there and no earlier step brings it.
 */
export function requireParentOf(view: View, path: string): Parent {
  const parent = parentOf(path);
  const state = followed(view, parent);
  if (!state.exists && state.denied !== true) {
    fail(
      `the directory ${parent} does not exist on this host, and no earlier step creates it`,
      missingHint(parent),
    );
  }
  requireParent(state, path);
  return { state: state as PresentPath, path: parentOf(view.realPath(path)) };
}

function missingHint(directory: string): string {
  return `mind the spelling, or add a "directory: {path: ${directory}}" step before this one`;
}

/** Fails when the directory that is to hold a path is not there. */
function requireParent(parent: PathState, path: string): void {
  if (parent.exists && (parent.type === 'directory' || parent.type === 'link')) return;
  const directory = parentOf(path);
  if (parent.exists && parent.type === 'unknown') {
    throw new Unpredictable(`${directory} is made by an earlier command`);
  }
  if (parent.exists) fail(`${directory} is not a directory on this host`);
  requireReadable(parent, directory);
  fail(
    `the directory ${directory} does not exist on this host, and no earlier step creates it`,
    missingHint(directory),
  );
}

/** Fails when the acting user may not put anything beside a path. Asked only when something is to change there. */
export function requireWritableParent(view: View, path: string): void {
  requireNotOfKernel(path, view.realPath(path));
  const parent = parentOf(path);
  if (view.asksForAnother) {
    if (willWrite(view, parent)) return;
  } else {
    const [writable] = view.see(writableLook(parent));
    if (writable === 'yes') return;
    requireForRoot(view, parent, writable);
  }
  fail(
    `the user "${view.actingUser}" may not write into ${parent}`,
    'set "become: true" on the step or the play',
  );
}

/** Whether a user that an earlier step is yet to create may write into a directory, by mode and owner alone. */
function willWrite(view: View, directory: string): boolean {
  const state = followed(view, directory);
  if (!state.exists) return false;
  const mode = Number.parseInt(state.mode, 8);
  if (state.owner === view.actingUser) return (mode & 0o200) !== 0;
  if ((mode & 0o002) !== 0) return true;
  if ((mode & 0o020) === 0) return false;
  throw new Unpredictable(
    `whether "${view.actingUser}", whom an earlier step creates, may write into ${directory} is known only then`,
  );
}

/** Fails when the acting user may not even see whether something is there. */
export function requireReadable(state: PathState, path: string): void {
  if (!state.exists && state.denied === true) {
    fail(`this user may not look at ${path}`, 'set "become: true" on the step or the play');
  }
}

/**
 * Goes into a directory, so that from then on names are looked up in it and nowhere else. When it is not the directory
 * that was looked at any more (somebody put a link in its place, or on the way), nothing is done. The kernel is asked
 * where the shell stands: a shell may answer what it remembers. `p_me` is then who acts, as `USER:GROUP`, or empty.
 */
export function enterDirectory({ path, state }: Parent): Shell {
  const inode = inodeOf(state);
  const enter = sh`cd -P -- ${path}`;
  // What stat does to these in a name is its own affair.
  if (/['\\]/.test(path)) return joinShell([enter, sh`p_me=`, provePlace(path, inode)]);
  return joinShell([
    enter,
    sh`p_me=; p_at=$(stat -c '%d:%i=%U:%G=%N' . /proc/self/cwd) || p_at=`,
    ...(inode === undefined ? [] : [sh`case $p_at in ${`${inode}=`}*) ;; *) p_at= ;; esac`]),
    // The owner of a process's link to its directory is the process's user.
    sh`if [ "\${p_at#* -> }" = ${`'${path}'`} ]; then p_me=\${p_at#*=*=*=}; p_me=\${p_me%%=*}; else`,
    provePlace(path, inode),
    sh`fi`,
  ]);
}

/** The same asked with a program for each answer: where one program's answer to both is not as expected, for whatever reason. */
function provePlace(path: string, inode: string | undefined): Shell {
  const replaced = sh`{ echo ${`${path} was replaced by something else meanwhile`} >&2; exit 1; }`;
  return joinShell([
    // What is printed loses the newlines at its end, unless something follows.
    sh`[ "$(readlink /proc/self/cwd; echo .)" = ${`${path}\n.`} ] || ${replaced}`,
    ...(inode === undefined ? [] : [sh`[ "$(stat -c %d:%i .)" = ${inode} ] || ${replaced}`]),
  ]);
}
