import type { PathState, PresentPath } from '../../engine/effect.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { privateFileLook } from '../../looks/private-file.ts';
import { statLook } from '../../looks/stat.ts';
import { follow, followed } from '../../resources/follow.ts';
import { nameOf, parentOf } from '../../resources/host-path.ts';
import { belongsTo } from '../../resources/ownership.ts';
import { requireParentOf } from '../../resources/parent.ts';
import type { AuthorizedKeysArgs } from './schema.ts';

/** Where the keys are, and what is there now. */
export interface Place {
  readonly account: Account;
  /** The home, or for a file outside of it the directory that holds the file. Links are followed to it. */
  readonly base: string;
  readonly baseState: PresentPath;
  /** The directory between: `.ssh`. Undefined when the file lies directly in `base`. */
  readonly directory: string | undefined;
  readonly directoryState: PathState;
  /** Name of the file in its directory. */
  readonly name: string;
  readonly path: string;
  readonly file: PathState;
  /** The file as it is, a character for each byte; empty when there is none. */
  readonly text: string;
  /** SHA-256 of the file as it is; undefined when there is none. */
  readonly sha256: string | undefined;
  readonly inHome: boolean;
}

/**
 * Looks at the account, its home, the directory and the file. What its user may not have put there, or could have put
 * there to make root write elsewhere, is refused: a link, a file of somebody else.
 */
export function findPlace(args: AuthorizedKeysArgs, view: View): Place {
  const guess = args.user === 'root' ? '/root' : `/home/${args.user}`;
  view.see(accountLook(args.user), ...placeLooks(args, guess));
  const [account] = view.see(accountLook(args.user));
  if (!account.exists) {
    fail(
      `the user "${args.user}" does not exist on this host, and no earlier step creates it`,
      'add a "user" step before this one',
    );
  }
  view.see(...placeLooks(args, account.home));
  const { home } = account;
  const path = args.path ?? `${home}/.ssh/authorized_keys`;
  const inHome = path.startsWith(`${home}/`) && home !== '/';
  const base = inHome ? view.realPath(follow(view, home).path) : parentOf(path);
  const below = inHome ? path.slice(home.length + 1) : nameOf(path);
  const parts = below.split('/');
  if (parts.length > 2 || parts.some((part) => part === '' || part === '.' || part === '..')) {
    fail(
      `${path} does not lie in the home ${home} or in a directory of it`,
      'choose a path like ~/.ssh/authorized_keys',
    );
  }
  const baseState = inHome ? requireHome(view, account) : requireRootsDirectory(view, path);
  const directory = parts.length === 2 ? parts[0] : undefined;
  const [directoryState, file, content] = view.see(
    statLook(parentOf(path)),
    statLook(path),
    privateFileLook(base, below),
  );
  if (directory !== undefined && directoryState.exists) {
    requireOwn(directoryState, parentOf(path), 'directory', account);
  }
  if (file.exists) requireOwn(file, path, 'file', account);
  if (content.refused === true) {
    fail(
      `${path} is not a regular file that can be read safely on this host`,
      'look at it, and move it away',
    );
  }
  if (content.sha256 !== undefined && content.bytes === undefined) {
    throw new Unpredictable(`an earlier step writes ${path}`);
  }
  return {
    account,
    base,
    baseState,
    directory,
    directoryState,
    name: nameOf(path),
    path,
    file,
    text: Buffer.from(content.bytes ?? []).toString('latin1'),
    sha256: content.sha256,
    inHome,
  };
}

function placeLooks(args: AuthorizedKeysArgs, home: string) {
  const path = args.path ?? `${home}/.ssh/authorized_keys`;
  if (!path.startsWith(`${home}/`)) return [statLook(home), statLook(parentOf(path)), statLook(path)];
  const below = path.slice(home.length + 1);
  return [statLook(home), statLook(parentOf(path)), statLook(path), privateFileLook(home, below)];
}

/** sshd refuses every key below a home that somebody else may change (StrictModes). */
function requireHome(view: View, account: Account): PresentPath {
  const { name, home } = account;
  const state = followed(view, home);
  if (!state.exists) {
    if (state.denied === true)
      fail(`this user may not look at ${home}`, 'set "become: true" on the step or the play');
    fail(
      `the home ${home} of "${name}" does not exist on this host, and no earlier step creates it`,
      `add a "user: {name: ${name}}" step before this one: it makes the home`,
    );
  }
  if (state.type === 'unknown') throw new Unpredictable(`${home} is made by an earlier command`);
  if (state.type !== 'directory') fail(`the home ${home} of "${name}" is not a directory on this host`);
  if (!belongsTo(account, state) && state.owner !== 'root') {
    fail(
      `the home ${home} of "${name}" belongs to ${state.owner} on this host: sshd would refuse every key in it`,
      `give it to ${name} with a "directory" step before this one`,
    );
  }
  return state;
}

/** Outside of the home only root's own directories are written to. */
function requireRootsDirectory(view: View, path: string): PresentPath {
  const { state } = requireParentOf(view, path);
  if (state.owner === 'root' && !othersMayWrite(state.mode)) return state;
  fail(
    `${parentOf(path)} can be changed by others than root on this host (${state.owner}, ${state.mode}): sshd would refuse the keys in it`,
    `make it root's, with mode 0755, by a "directory" step before this one`,
  );
}

function requireOwn(state: PresentPath, path: string, type: 'file' | 'directory', account: Account): void {
  if (state.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (state.type !== type) {
    const what = state.type === 'link' ? `a link to ${state.target}` : `a ${state.type}`;
    fail(
      `${path} is ${what} on this host, not a ${type}: root does not write through what a user could have put there`,
      'look at it, and move it away',
    );
  }
  if (!belongsTo(account, state) && state.owner !== 'root') {
    const user = account.name;
    fail(
      `${path} belongs to ${state.owner} on this host, not to ${user}`,
      `look at it, and give it to ${user} or remove it`,
    );
  }
}

/** Whether the group or all others may write, by a mode in octal digits. */
export function othersMayWrite(mode: string): boolean {
  return (Number.parseInt(mode, 8) & 0o022) !== 0;
}
