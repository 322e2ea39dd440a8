import { readShared } from '../artifacts/shared-reader.ts';
import type { Change } from '../engine/change.ts';
import type { AnswerEffect, PathEffect, PathState, PresentPath } from '../engine/effect.ts';
import type { HostLook } from '../engine/look.ts';
import { type Action, type Comparison, converged } from '../engine/step-kind.ts';
import { beforeChanging, fail, type View } from '../engine/view.ts';
import { hashLook } from '../looks/hash.ts';
import { statLook } from '../looks/stat.ts';
import { AT_ONCE } from '../shell/input.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { describeState } from './describe.ts';
import { nameOf, parentOf } from './host-path.ts';
import {
  nextState,
  type Ownership,
  ownDescriptor,
  ownerLooks,
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
import { defaultContext, keepContext } from './selinux.ts';
import { judgeSpace, REPORT_SPACE, requireSpace } from './space.ts';
import { removeStale, removeTemporary, temporaryName } from './temporary.ts';
import { foreseeWriting, requireChangeable } from './writable.ts';

export interface SentFile extends Ownership {
  /** On the host, in the normal form. */
  readonly path: string;
  /** Where free space is asked for. Default: the directory that holds the path. */
  readonly spaceAt?: string;
  /** The controller's file. */
  readonly source: { readonly path: string; readonly size: number; readonly sha256: string };
}

/** What `wantSentFile` looks at first; ask it together with others to save trips. */
export function sentFileLooks(wanted: SentFile): readonly HostLook<unknown>[] {
  const { path } = wanted;
  return [statLook(path), statLook(parentOf(path)), hashLook(path), ...ownerLooks(wanted)];
}

/**
 * A file of the controller, of any size, byte for byte on the host. It is sent only when its hash differs. As with
 * `wantFile`, anything but a directory that stands in its place is replaced.
 */
export function wantSentFile(view: View, wanted: SentFile): Comparison {
  const { path, source } = wanted;
  foreseeWriting(view, path);
  view.see(...sentFileLooks(wanted));
  requireOwners(view, wanted);
  const [now, { sha256 }] = view.see(statLook(path), hashLook(path));
  const parent = requireParentOf(view, path);
  requireReadable(now, path);
  if (now.exists && now.type === 'directory') fail(`${path} is a directory on this host, not a file`);
  const next = nextState(view, now, wanted, 'file', source.size);
  const effect: PathEffect = {
    type: 'path',
    path,
    state: next,
    sha256: source.sha256,
    artifact: source.path,
  };
  const changes = [...contentChanges(wanted, now, sha256, next)];
  const send = changes.length > 0;
  if (now.exists) changes.push(...ownershipChanges('file', path, now, next));
  if (changes.length === 0) return converged([{ ...effect, state: now as PresentPath }]);
  requireRight(view, path, now.exists && now.type === 'file' ? now : undefined, next);
  if (send) requireWritableParent(view, path);
  requireChangeable(view, path, now);
  return {
    changes,
    effects: send ? [effect, roomFor(view, wanted)] : [effect],
    actions: () => [
      send
        ? sendAction(wanted, view.realPath(path), next, parent)
        : ownershipAction(path, now as PresentPath, next),
    ],
  };
}

function roomFor(view: View, { path, source: { size }, spaceAt }: SentFile): AnswerEffect {
  return beforeChanging(() => requireSpace(view, path, size, spaceAt), size);
}

function* contentChanges(
  { path, source }: SentFile,
  now: PathState,
  sha256: string | undefined,
  next: PresentPath,
): Generator<Change> {
  const base = { resource: 'file', target: path } as const;
  if (!now.exists) {
    const { mode, owner, group } = next;
    yield {
      ...base,
      action: 'create',
      after: { mode, owner, group, size: source.size, sha256: source.sha256 },
    };
    return;
  }
  if (now.type !== 'file') {
    yield { ...base, action: 'update', attribute: 'type', before: describeState(now), after: 'file' };
  } else if (sha256 === undefined) {
    fail(`this user may not read ${path}`, 'set "become: true" on the step or the play');
  }
  if (sha256 === source.sha256) return;
  yield { ...base, action: 'update', attribute: 'content', before: sha256 ?? null, after: source.sha256 };
}

/**
 * Takes the bytes beside the target, compares the hash there, syncs and renames. Cut off at any moment it leaves
 * the target as it was; when the connection breaks the script sees the end of its input and removes what it has.
 */
function sendAction({ path, source }: SentFile, realPath: string, next: PresentPath, parent: Parent): Action {
  const temporary = temporaryName(path);
  const name = `./${nameOf(path)}`;
  const title = `sending ${path}`;
  return {
    title,
    input: {
      size: source.size,
      taken: true,
      open: () => readShared(source.path, source.size),
      part: (at, size) => ({
        size,
        open: () => readShared(source.path, size, at),
        script: partScript(parent, temporary, at),
      }),
    },
    judge: (result) => judgeSpace(title, path, source.size, result),
    proves({ stdout }) {
      const identity = /^proof (.+)$/m.exec(stdout.toString('latin1'))?.[1];
      return identity === undefined ? undefined : { path: realPath, identity, sha256: source.sha256 };
    },
    script: joinShell([
      enterDirectory(parent),
      removeStale(path),
      sh`p_tidy() { exec 3>&-; ${removeTemporary(temporary)}; if [ $p_rc -ne 0 ]; then ${REPORT_SPACE}; fi; }`,
      sh`set -C; exec 3>${temporary}; set +C; p_receive >&3`,
      // The disk takes the bytes while the processor hashes them.
      sh`p_sync ${temporary} & same=`,
      sh`if [ $p_token -eq 1 ]; then ${hashAhead(source)}; fi`,
      sh`if [ -z "$same" ] && p_has_sha256 ${source.sha256} /proc/self/fd/3; then same=1; fi; wait $!`,
      sh`[ -n "$same" ] || [ "$(stat -L -c %s /proc/self/fd/3)" -eq ${source.size} ] || { echo 'the file arrived incomplete' >&2; exit 1; }`,
      sh`[ -n "$same" ] || { echo 'the file arrived with other bytes than were sent' >&2; exit 1; }`,
      ownDescriptor(next),
      sh`before=$(stat -L -c '%d:%i:%s:%y' /proc/self/fd/3); exec 3>&-`,
      keepContext(nameOf(path), temporary),
      sh`p_sync ${temporary}; p_move ${temporary} ${name}`,
      defaultContext(path),
      sh`p_sync .`,
      // Only when nothing has written to it since it was hashed under a name that nobody knew.
      sh`after=$(stat -c '%d:%i:%s:%y:%z' -- ${name}); case "$after" in "$before":*) printf 'proof %s\\n' "$after" ;; esac`,
    ]),
  };
}

/**
 * Sets `same` when a file that comes in parts has the hash, and takes the token. The parts mostly end with the script's own, a few
 * hundredths of a second apart: once the file has no hole any more it is hashed while the news of that makes its trip. That counts when
 * nothing was written since. Where a file system does not tell holes it is not hashed ahead, or in vain.
 */
function hashAhead({ size, sha256 }: SentFile['source']): Shell {
  const state = sh`"$(stat -L -c '%b %B %s %y' /proc/self/fd/3)"`;
  return sh`tries=0 was=
while [ $tries -lt 5 ]; do
  was=${state}
  set -- $was
  if [ $3 -eq ${size} ] && [ $(($1 * $2)) -ge ${size} ]; then
    if p_may_have_sha256 ${sha256} /proc/self/fd/3; then same=1; fi
    break
  fi
  tries=$((tries + 1)); sleep 0.01 2>/dev/null || break
done
p_await_parts
now=${state}
[ "\${was#* * }" = "\${now#* * }" ] || same=`;
}

/**
 * Writes what it gets into the file that the action's own script has made, or is about to make. The name could have been
 * given to something else by whoever owns the directory: it is opened for reading, which makes nothing, the kernel is
 * asked what was opened, and that is opened again for writing.
 *
 * @param at where in the file, a multiple of `AT_ONCE`.
 */
function partScript(parent: Parent, temporary: string, at: number): Shell {
  return joinShell([
    sh`set -eu`,
    enterDirectory(parent),
    sh`tries=0
until [ -f ${temporary} ]; do
  tries=$((tries + 1)); [ $tries -le 250 ] || { echo 'a part of the file found no file to write to' >&2; exit 1; }
  sleep 0.04 2>/dev/null || { tries=$((tries + 25)); sleep 1; }
done
exec 3<${temporary}`,
    // What is printed loses the newlines at its end, unless something follows.
    sh`here=$(readlink /proc/self/cwd; echo .); here=\${here%??}
if [ "$(readlink /proc/self/fd/3; echo .)" != "\${here%/}/"${`${temporary}\n.`} ] || [ "$(stat -L -c '%h %u' /proc/self/fd/3)" != "1 $(id -u)" ]; then
  echo 'a part of the file found another file in its place' >&2; exit 1
fi`,
    sh`dd bs=${AT_ONCE} seek=${at / AT_ONCE} conv=notrunc iflag=fullblock of=/proc/self/fd/3`,
  ]);
}
