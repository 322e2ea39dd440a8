import type { PathState, PresentPath } from '../../engine/effect.ts';
import type { Action } from '../../engine/step-kind.ts';
import { parentOf } from '../../resources/host-path.ts';
import { defaultContext } from '../../resources/selinux.ts';
import { removeStale, temporaryName } from '../../resources/temporary.ts';
import { bytesInput } from '../../shell/input.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import type { Next } from './compare.ts';
import type { Place } from './place.ts';

export interface Work {
  readonly place: Place;
  readonly next: Next;
  /** The new file; undefined when only directories change. */
  readonly content: Uint8Array | undefined;
  readonly asRoot: boolean;
}

/**
 * Writes as root where the user may move things about at any moment. So nothing is done by a path that leads
 * through the user's directories: the shell enters a directory, asks the kernel where it really is and whose it
 * is, and from then on acts on `.` and on names in it. Owner and mode of the new file are set through its open
 * descriptor, of directories through `.`; existing files are never touched, only replaced by rename. (To follow
 * a link that the user puts in the way at the right moment is how others were broken: CVE-2026-11837.)
 */
export function writeAction(work: Work): Action {
  const { place, content } = work;
  const input =
    content === undefined
      ? {}
      : {
          input: bytesInput(content),
        };
  return {
    title: `writing ${place.path}`,
    ...input,
    script: joinShell([
      guards(work),
      enterBase(work),
      ...enterDirectory(work),
      ...(content === undefined ? [] : [replaceFile(work, content)]),
    ]),
  };
}

/**
 * `here PATH OWNER OWNER`: fails unless the shell stands in PATH and the directory belongs to one
 * of the numbers. The kernel is asked: what `pwd -P` says may be what dash remembers from its last `cd`.
 */
function guards({ place }: Work): Shell {
  return sh`uid=$(id -u -- ${place.account.name}); me=$(id -u)
here() {
  if [ "$(readlink /proc/self/cwd)" != "$1" ]; then echo "$1 was replaced by something else meanwhile" >&2; exit 1; fi
  owner=$(stat -c %u .)
  if [ "$owner" != "$2" ] && [ "$owner" != "$3" ]; then echo "$1 belongs to somebody else now" >&2; exit 1; fi
}`;
}

function enterBase({ place, next }: Work): Shell {
  const mode = next.base.mode === place.baseState.mode ? sh`:` : sh`chmod go-w .`;
  return sh`cd -P -- ${place.base}; top=$(readlink /proc/self/cwd); here "$top" "$uid" 0; ${mode}; top=\${top%/}`;
}

function enterDirectory(work: Work): readonly Shell[] {
  const { place, next, asRoot } = work;
  const { directory, directoryState, account } = place;
  if (directory === undefined || next.directory === undefined) return [];
  const attributes = joinShell([
    asRoot ? sh`chown ${`${account.name}:${account.group}`} .` : sh`:`,
    sh`chmod u=rwx,go=,ug-s,-t .`,
  ]);
  if (directoryState.exists) {
    const same = sameAttributes(directoryState, next.directory);
    return [
      sh`cd -P -- ${`./${directory}`}; here "$top/"${directory} "$uid" 0`,
      ...(same ? [] : [attributes]),
    ];
  }
  const fresh = temporaryName(directory);
  // Made under another name, so that a run that is cut off leaves no half-made directory in its place.
  return [
    sh`for old in .provision-????????????-${directory}; do rmdir -- "$old" 2>/dev/null || :; done`,
    sh`fresh=${fresh}; mkdir -- "$fresh"; trap 'rmdir -- "$top/$fresh" 2>/dev/null || :' EXIT`,
    sh`cd -P -- ${`./${fresh}`}; here "$top/"${fresh} "$me" "$me"`,
    attributes,
    sh`p_move "$top/"${fresh} "$top/"${directory}; here "$top/"${directory} "$uid" "$me"`,
    defaultContext(parentOf(place.path)),
  ];
}

function sameAttributes(now: PathState, next: PresentPath): boolean {
  return now.exists && now.mode === next.mode && now.owner === next.owner && now.group === next.group;
}

function replaceFile({ place, asRoot }: Work, content: Uint8Array): Shell {
  const { name, account, sha256, path } = place;
  const tmp = temporaryName(name);
  const file = `./${name}`;
  const unchanged =
    sha256 === undefined
      ? sh`[ ! -e ${file} ] && [ ! -L ${file} ]`
      : sh`[ ! -L ${file} ] && [ "$(sha256sum <${file})" = ${`${sha256}  -`} ]`;
  return joinShell([
    removeStale(name),
    sh`tmp=${`./${tmp}`}; trap 'rm -f -- "$tmp"' EXIT; trap 'exit 129' HUP TERM INT PIPE`,
    sh`set -C; exec 3>"$tmp"; set +C; cat >&3`,
    sh`[ "$(stat -L -c %s /proc/self/fd/3)" -eq ${content.length} ] || { echo 'the keys arrived incomplete' >&2; exit 1; }`,
    asRoot ? sh`chown ${`${account.name}:${account.group}`} /proc/self/fd/3` : sh`:`,
    sh`p_sync /proc/self/fd/3; exec 3>&-`,
    sh`if ! { ${unchanged}; }; then echo ${`${path} was changed by somebody else meanwhile; run again`} >&2; exit 1; fi`,
    sh`p_move "$tmp" ${file}; p_sync .`,
    defaultContext(path),
  ]);
}
