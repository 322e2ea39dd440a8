import type { Change } from '../engine/change.ts';
import type { PathState, PresentPath, Principal } from '../engine/effect.ts';
import type { HostLook } from '../engine/look.ts';
import type { Action } from '../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { type Account, type AccountState, accountLook } from '../looks/account.ts';
import { type GroupState, groupLook } from '../looks/group.ts';
import { principalsOf } from '../looks/owners-to-come.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { inodeOf } from './inode.ts';

/** Who may do what with a path. What is left out is not managed on an existing path. */
export interface Ownership {
  /** Four octal digits. */
  readonly mode?: string;
  /** A name: what a number stands for depends on the host. */
  readonly owner?: string;
  readonly group?: string;
}

const DEFAULT_MODES = { file: '0644', directory: '0755' } as const;

/** The looks that `requireOwners` needs; ask them together with others to save a trip. */
export function ownerLooks(wanted: Ownership): readonly HostLook<AccountState | GroupState>[] {
  return [
    ...(wanted.owner === undefined ? [] : [accountLook(wanted.owner)]),
    ...(wanted.group === undefined ? [] : [groupLook(wanted.group)]),
  ];
}

/** Fails when a wanted owner or group is neither on the host nor made by an earlier step. */
export function requireOwners(view: View, wanted: Ownership): void {
  const { owner, group } = wanted;
  view.see(...ownerLooks(wanted));
  const [account] = owner === undefined ? [undefined] : view.see(accountLook(owner));
  if (account?.exists === false) {
    fail(
      `the owner "${owner}" does not exist on this host, and no earlier step creates it`,
      'add a "user" step before this one',
    );
  }
  const [groupState] = group === undefined ? [undefined] : view.see(groupLook(group));
  if (groupState?.exists === false) {
    fail(
      `the group "${group}" does not exist on this host, and no earlier step creates it`,
      'add a "group" step before this one',
    );
  }
}

/** What will be at a path: the wanted attributes, else those that are there, else the defaults. */
export function nextState(
  view: View,
  now: PathState,
  wanted: Ownership,
  type: 'file' | 'directory',
  size: number,
): PresentPath {
  if (now.exists && now.type === 'unknown') throw new Unpredictable('its path is made by an earlier command');
  const keeps = now.exists && now.type === type ? now : undefined;
  const owner = nextOwner(view, keeps, wanted.owner);
  const group = nextGroup(view, keeps, wanted);
  return {
    exists: true,
    type,
    mode: wanted.mode ?? keeps?.mode ?? DEFAULT_MODES[type],
    owner: owner.name,
    group: group.name,
    ids: { owner, group },
    size: type === 'file' ? size : (keeps?.size ?? 0),
    mtime: 0,
  };
}

function nextOwner(view: View, keeps: PresentPath | undefined, wanted: string | undefined): Principal {
  const now = keeps === undefined ? undefined : principalsOf(keeps).owner;
  if (wanted === undefined) return now ?? { name: view.actingUser, id: undefined };
  const [account] = view.see(accountLook(wanted));
  return sameOr(now, { name: wanted, id: account.exists ? known(account.uid) : undefined });
}

function nextGroup(view: View, keeps: PresentPath | undefined, wanted: Ownership): Principal {
  const now = keeps === undefined ? undefined : principalsOf(keeps).group;
  if (wanted.group === undefined)
    return now ?? { name: primaryGroup(view, wanted.owner ?? view.actingUser), id: undefined };
  const [group] = view.see(groupLook(wanted.group));
  return sameOr(now, { name: wanted.group, id: group.exists ? known(group.gid) : undefined });
}

/** Several names may stand for one number: the host shows one of them, and whichever it is, it is the wanted one. */
function sameOr(now: Principal | undefined, wanted: Principal): Principal {
  return now !== undefined && wanted.id !== undefined && now.id === wanted.id ? now : wanted;
}

/** Whether something belongs to a user, by whichever of its names the host shows. */
export function belongsTo({ name, uid }: Pick<Account, 'name' | 'uid'>, state: PresentPath): boolean {
  return sameOr(principalsOf(state).owner, { name, id: known(uid) }).name === state.owner;
}

function known(id: number): number | undefined {
  return id < 0 ? undefined : id;
}

/** Only root may give files away, and only the owner may change the mode (chown(2), chmod(2)). */
export function requireRight(
  view: View,
  path: string,
  now: PresentPath | undefined,
  next: PresentPath,
): void {
  if (view.actingUser === 'root') return;
  if (next.owner === view.actingUser && (now === undefined || now.owner === view.actingUser)) return;
  fail(
    `${path}: the user "${view.actingUser}" may not change what belongs to others, nor give files away`,
    'set "become: true" on the step or the play',
  );
}

/** The group that a user's new files get. */
export function primaryGroup(view: View, user: string): string {
  if (user === 'root') return 'root';
  const [account] = view.see(accountLook(user));
  return account.exists ? account.group : user;
}

/** One change for each attribute that differs. */
export function ownershipChanges(
  resource: string,
  path: string,
  now: PresentPath,
  next: PresentPath,
): Change[] {
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

/** With fewer than five digits GNU's chmod leaves the setuid and setgid bits of a directory as they are. */
export function exactMode(mode: string): string {
  return mode.padStart(5, '0');
}

/**
 * Gives what is open as descriptor 3 its owner and mode. chown(1) and chmod(1) follow links by name; by descriptor
 * they cannot be led elsewhere, whatever the owner of the directory puts there meanwhile.
 *
 * What is new belongs to who made it, but for its group in a setgid directory: the shell asks the kernel, without a program,
 * whether it belongs to the user and the group that it acts as, and `p_me` (see `enterDirectory`) says who they are.
 */
export function ownDescriptor(next: PresentPath): Shell {
  // chown clears setuid bits, so the mode comes after it.
  return joinShell([ownerOfDescriptor(next), modeOfDescriptor(next)]);
}

/** The owner alone. */
export function ownerOfDescriptor(next: PresentPath): Shell {
  const owner = ownerOf(next);
  return sh`if [ "$p_me" != ${owner} ] || [ ! -O /proc/self/fd/3 ] || [ ! -G /proc/self/fd/3 ]; then ${giveDescriptor(owner)}; fi`;
}

function ownerOf({ owner, group }: PresentPath): string {
  return `${owner}:${group}`;
}

/** Programs are handed the descriptor by name: there are shells that keep theirs to themselves. */
function giveDescriptor(owner: string): Shell {
  return sh`chown -- ${owner} /proc/self/fd/3 3<&3`;
}

/** The mode alone. */
export function modeOfDescriptor({ mode }: PresentPath): Shell {
  return sh`chmod -- ${exactMode(mode)} /proc/self/fd/3 3<&3`;
}

/** Sets owner and mode of a file or directory that is there. */
export function ownershipAction(path: string, now: PresentPath, next: PresentPath): Action {
  return { title: `setting owner and mode of ${path}`, script: ownPath(path, next, inodeOf(now)) };
}

/**
 * Sets owner and mode of the file or directory at a path, which must not be a link.
 *
 * @param inode which one it must be; default is whatever is there.
 */
export function ownPath(path: string, next: PresentPath, inode?: string): Shell {
  const owner = ownerOf(next);
  return joinShell([
    // Only a file that may be read can be opened; root may read all, and its owner may allow it.
    sh`[ -r ${path} ] || [ "$(id -u)" = 0 ] || [ -L ${path} ] || chmod u+r -- ${path}`,
    inode === undefined ? sh`seen=$(stat -c %d:%i -- ${path})` : sh`seen=${inode}`,
    sh`{ is=$(stat -L -c '%d:%i=%U:%G' /proc/self/fd/3 3<&3)
[ "\${is%%=*}" = "$seen" ] || { echo ${`${path} was replaced by something else meanwhile`} >&2; exit 1; }`,
    // To give a program to whom it belongs would take its capabilities.
    sh`[ "\${is#*=}" = ${owner} ] || ${giveDescriptor(owner)}`,
    modeOfDescriptor(next),
    sh`} 3<${path}`,
  ]);
}
