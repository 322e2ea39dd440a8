import { createHash } from 'node:crypto';
import type { Change } from '../../engine/change.ts';
import type { PathEffect, PathState, PresentPath } from '../../engine/effect.ts';
import { rememberNewest } from '../../engine/remember.ts';
import { type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { type Account, accountLook } from '../../looks/account.ts';
import { parentOf } from '../../resources/host-path.ts';
import { belongsTo } from '../../resources/ownership.ts';
import { type Entry, readWanted } from './entry.ts';
import { keepKeyInUse } from './key-in-use.ts';
import { merge } from './merge.ts';
import { findPlace, othersMayWrite, type Place } from './place.ts';
import type { AuthorizedKeysArgs } from './schema.ts';
import { type Work, writeAction } from './write.ts';

/** A user's keys, in a file that sshd accepts. */
export function compare(args: AuthorizedKeysArgs, view: View): Comparison {
  const { exclusive = false, manage_dir: managed = true } = args;
  const absent = args.state === 'absent';
  const entries = readAll(args);
  if (exclusive && entries.length === 0) {
    fail(
      '"exclusive" with an empty list of keys would lock everybody out',
      'list the keys that shall stay, or remove the user or the file',
    );
  }
  // Whether the login of this run rests on it is asked when there is something to change.
  view.prefetch(accountLook(view.loginUser));
  const place = findPlace(args, view);
  const merged = mergeInto(entries, place.text, place.path, exclusive, absent);
  const next = nextStates(place, managed, merged.changes.length > 0, merged.text.length);
  const home = changed('directory', place.base, place.baseState, next.base);
  const directory = changed('directory', parentOf(place.path), place.directoryState, next.directory);
  const file = changed('file', place.path, place.file, next.file);
  const changes: Change[] = [...home, ...directory, ...file, ...merged.changes];
  const notes = notesOf(place, next);
  if (changes.length === 0) return { ...converged(), notes };
  requireRight(view, place);
  const content = Buffer.from(merged.text, 'latin1');
  keepKeyInUse(view, place, merged.text);
  const work: Work = {
    place,
    next,
    content: file.length + merged.changes.length > 0 ? content : undefined,
    asRoot: view.actingUser === 'root',
  };
  return { changes, effects: effectsOf(place, next, work), actions: () => [writeAction(work)], notes };
}

const mergeInto = rememberNewest(
  (entries: readonly Entry[], text: string, path: string, exclusive: boolean, absent: boolean) =>
    merge(text, { path, entries, exclusive, absent }),
);

/** The keys as entries. Wrong ones are found before any host is asked. */
const readAll = rememberNewest((args: AuthorizedKeysArgs): readonly Entry[] =>
  args.keys.map((arg, index) => {
    const entry = readWanted(arg);
    if ('problem' in entry)
      fail(`keys[${index}]: ${entry.problem}`, 'take the line from the .pub file as it is');
    return entry;
  }),
);

/** How the home, the directory and the file will be; undefined for what is not there afterwards. */
export interface Next {
  readonly base: PresentPath;
  readonly directory: PresentPath | undefined;
  readonly file: PresentPath | undefined;
}

function nextStates(place: Place, managed: boolean, writes: boolean, size: number): Next {
  const { account, baseState, directory, directoryState, file, inHome } = place;
  const narrowed = (Number.parseInt(baseState.mode, 8) & ~0o022).toString(8).padStart(4, '0');
  const narrows = inHome && managed && narrowed !== baseState.mode;
  const base = narrows ? { ...baseState, mode: narrowed } : baseState;
  const wantsFile = file.exists || writes;
  const nextFile: PresentPath | undefined = wantsFile
    ? { ...ownedBy(account, file), type: 'file', mode: '0600', size }
    : undefined;
  if (directory === undefined) return { base, directory: undefined, file: nextFile };
  if (!managed) {
    if (!directoryState.exists && wantsFile) {
      fail(
        `the directory ${parentOf(place.path)} does not exist on this host, and "manage_dir" is false`,
        'make it with a "directory" step before this one, or leave out "manage_dir"',
      );
    }
    return { base, directory: directoryState.exists ? directoryState : undefined, file: nextFile };
  }
  const wantsDirectory = directoryState.exists || wantsFile;
  return {
    base,
    directory: wantsDirectory
      ? {
          ...ownedBy(account, directoryState),
          type: 'directory',
          mode: '0700',
          size: directoryState.exists ? directoryState.size : 0,
        }
      : undefined,
    file: nextFile,
  };
}

/** Where the host shows another name of the same user there is nothing to change. */
function ownedBy(account: Account, now: PathState) {
  const owner = now.exists && belongsTo(account, now) ? now.owner : account.name;
  return { exists: true, owner, group: account.group, mtime: 0 } as const;
}

function changed(
  resource: string,
  target: string,
  now: PathState,
  next: PresentPath | undefined,
): readonly Change[] {
  if (next === undefined) return [];
  if (!now.exists) {
    const after = { mode: next.mode, owner: next.owner, group: next.group };
    return [{ resource, target, action: 'create', after }];
  }
  return (['mode', 'owner', 'group'] as const)
    .filter((attribute) => now[attribute] !== next[attribute])
    .map((attribute) => ({
      resource,
      target,
      action: 'update',
      attribute,
      before: now[attribute],
      after: next[attribute],
    }));
}

function effectsOf(place: Place, next: Next, { content }: Work): readonly PathEffect[] {
  const { directory, directoryState, path } = place;
  return [
    ...(next.base === place.baseState ? [] : [{ type: 'path', path: place.base, state: next.base } as const]),
    ...(directory === undefined || next.directory === undefined
      ? []
      : [
          {
            type: 'path',
            path: parentOf(path),
            state: next.directory,
            fresh: !directoryState.exists,
          } as const,
        ]),
    ...(next.file === undefined || content === undefined
      ? []
      : [
          {
            type: 'path',
            path,
            state: next.file,
            content,
            sha256: createHash('sha256').update(content).digest('hex'),
          } as const,
        ]),
  ];
}

/** Only root may act on what is not its own; a user may look after its own keys. */
function requireRight(view: View, place: Place): void {
  if (view.actingUser === 'root') return;
  const states = [place.directoryState, place.file, ...(place.inHome ? [place.baseState] : [])];
  const own = states.every((state) => !state.exists || state.owner === view.actingUser);
  if (place.account.name === view.actingUser && place.inHome && own) return;
  fail(
    `"${view.actingUser}" may not change the keys of "${place.account.name}" on this host`,
    'set "become: true" on the step or the play',
  );
}

/** What sshd will refuse and this step was told to leave alone. */
function notesOf(place: Place, next: Next): readonly string[] {
  const wide = [
    ...(place.inHome ? [[place.base, next.base] as const] : []),
    ...(next.directory === undefined ? [] : [[parentOf(place.path), next.directory] as const]),
  ].filter(([, state]) => othersMayWrite(state.mode));
  return wide.map(
    ([path, state]) =>
      `others may write to ${path} (${state.mode}): sshd refuses the keys while StrictModes is on`,
  );
}
