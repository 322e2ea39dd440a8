import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { openTar } from '../../artifacts/decompress.ts';
import { readShared } from '../../artifacts/shared-reader.ts';
import { diffTree, type TreeDifference } from '../../artifacts/tree-diff.ts';
import { readHashes, readListing } from '../../artifacts/tree-listing.ts';
import type { PresentPath } from '../../engine/effect.ts';
import type { Action, ActionResult, ActionVerdict } from '../../engine/step-kind.ts';
import type { WholeArchive } from '../../looks/archive.ts';
import { type TreeScope, treeFunctions } from '../../looks/tree-script.ts';
import { nameOf } from '../../resources/host-path.ts';
import { enterDirectory, type Parent } from '../../resources/parent.ts';
import { REMOVE_TREE } from '../../resources/remove-tree.ts';
import { defaultContexts } from '../../resources/selinux.ts';
import { judgeSpace, REPORT_SPACE } from '../../resources/space.ts';
import { shortName, temporaryName } from '../../resources/temporary.ts';
import type { ScriptInput } from '../../shell/input.ts';
import { joinShell, type Shell, sh } from '../../shell/quote.ts';
import { KEEP, outermost } from './keep.ts';
import type { Unpacker } from './tools.ts';
import { describeDifference } from './tree-changes.ts';
import { modesScript, type Origin, unpackScript } from './unpack.ts';

export interface Extraction {
  readonly archive: WholeArchive;
  /** On the host; undefined: the bytes come from the controller. */
  readonly src?: string;
  /** The identity with which `src` was found to be the archive: what still has it need not be hashed again. */
  readonly proven?: string;
  readonly dest: string;
  readonly strip: number;
  readonly scope: TreeScope;
  /** What `dest` will be. */
  readonly root: PresentPath;
  readonly parent: Parent;
  readonly unpacker: Unpacker;
  /** Compare the contents before the tree takes its place, too. */
  readonly deep: boolean;
  /** Bytes that it takes on the disk. */
  readonly space: number;
}

/** Status of the script when what was unpacked is not what is in the archive. */
const DIFFERS = 3;

/**
 * Unpacks into a private directory beside the target, proves it there, and only then puts it in its place. A tree that
 * is there already is moved away first and removed afterwards; between the two renames the path is absent for a moment
 * (a link as `link` hides even that, when each version has a directory of its own). Cut off at any moment, the old tree
 * or the new one is whole, and the next run removes what was left beside. What is kept moves from the one to the other
 * between the two renames, and back when there is no second (keep.ts).
 */
export function extractAction(extraction: Extraction): Action {
  const { archive, dest, src, space } = extraction;
  const title = `extracting ${basename(archive.path)} to ${dest}`;
  return {
    title,
    ...(src === undefined ? { input: inputOf(extraction) } : {}),
    script: extractScript(extraction),
    judge: (result) =>
      result.code === DIFFERS ? judgeTree(extraction, result) : judgeSpace(title, dest, space, result),
  };
}

function inputOf({ archive, unpacker }: Extraction): ScriptInput {
  const { path, format, size, tarSize } = archive;
  return unpacker.kind === 'plain-tar'
    ? { size: tarSize, open: () => Readable.from(openTar(path, format)) }
    : { size, open: () => readShared(path, size) };
}

function extractScript(extraction: Extraction): Shell {
  const { archive, dest, src, proven, strip, root, parent, unpacker, scope } = extraction;
  const origin: Origin = src === undefined ? 'input' : { src, ...(proven === undefined ? {} : { proven }) };
  const work = temporaryName(dest);
  const keep = outermost(scope.keep);
  return joinShell([
    enterDirectory(parent),
    REMOVE_TREE,
    sh`wipe() {
  not_mounted "$1" || return 1
  remove_tree "$1" 2>/dev/null || { chmod -R u+rwx -- "$1"; remove_tree "$1"; }
}`,
    KEEP,
    tidyScript(dest),
    leaveScript(dest, work),
    sh`here=$(stat -c %d:%i .); mkdir -- ${work}; cd -P ${work}; exec 8<.; trap leave EXIT; trap 'exit 129' HUP TERM INT PIPE`,
    // A directory above that its group shares would pass its group on to everything below.
    sh`chmod u=rwx,go=,g-s .`,
    // The same goes for a default ACL: under one, modes do not heed the umask, and tar does not reckon with that.
    sh`if command -v setfacl >/dev/null 2>&1; then setfacl -b -k . || :; fi`,
    sh`umask 077; : >private; umask 022; : >public; mkdir new`,
    unpackScript(unpacker, origin, archive, strip),
    sh`if [ "$(stat -c %a private)" != 600 ] || [ "$(stat -c %a public)" != 644 ]; then ${modesScript(archive)}
fi`,
    sh`chown -R -h -- ${`${root.owner}:${root.group}`} new; chmod -- ${root.mode} new`,
    proofScript(extraction),
    keep.length === 0 ? sh`:` : sh`printf '%s\\n' ${keep} >keep`,
    sh`sync -f . 2>/dev/null || sync`,
    swapScript(dest, keep.length > 0),
    defaultContexts(dest),
    sh`p_sync ..`,
  ]);
}

/** Ends the work in any case: a tree that was moved away and not replaced goes back, and is never wiped. */
function leaveScript(dest: string, work: string): Shell {
  const name = `../${nameOf(dest)}`;
  return sh`moved=no
leave() {
  rc=$?
  if [ $moved = yes ] && [ -e new ]; then
    if there ${name} || ! give_back || ! mv -T -- old ${name}; then
      echo ${`the tree that was at ${dest} could not be put back: it is in ${work}/old beside it`} >&2; exit 1
    fi
  fi
  cd ..
  wipe ${`./${work}`} || [ $rc -ne 0 ] || exit 1
  if [ $rc -ne 0 ]; then ${REPORT_SPACE}; fi
}`;
}

/**
 * Removes what a run that was cut off left here; a tree that it had just moved away goes back first. With both trees
 * beside it, what stands at the path is neither of them: then nothing is decided here.
 */
function tidyScript(dest: string): Shell {
  const name = `../${nameOf(dest)}`;
  return sh`put_back() (
  cd -P "./$1" || exit 1
  if [ "$(stat -c %u .)" != "$(id -u)" ] || [ ! -d old ]; then exit 0; fi
  if there ${name}; then
    if [ ! -e new ]; then exit 0; fi
    echo ${`a run was cut off while it replaced ${dest}, and something else is there now: the tree that was there is in`} "$1/old beside it" >&2
    exit 1
  fi
  exec 8<.
  if [ -f keep ] && [ "$(stat -c %a .)" != 700 ]; then exit 1; fi
  give_back && mv -T -- old ${name}
)
for old in .provision-????????????-${shortName(nameOf(dest))}; do
  if [ -d "$old" ] && [ ! -L "$old" ]; then put_back "$old" || exit 1; fi
  wipe "$old"
done`;
}

function proofScript({ archive, scope, deep, unpacker }: Extraction): Shell {
  const contents = deep || unpacker.kind === 'plain-tar';
  return sh`(
cd new
${treeFunctions(scope)}
prove() { sum=$("$1" | sha256sum); if [ "\${sum%% *}" != "$2" ]; then echo "$1"; "$1"; exit ${DIFFERS}; fi; }
prove tree_list ${archive.listing}
${contents ? sh`prove tree_sums ${archive.contents}` : sh``}
)`;
}

function swapScript(dest: string, keeps: boolean): Shell {
  const name = `../${nameOf(dest)}`;
  return sh`[ "$(stat -c %d:%i ..)" = "$here" ] || { echo 'the directory above was replaced by something else meanwhile' >&2; exit 1; }
not_mounted ${name} || exit 1
if there ${name}; then
  trap '' HUP TERM INT PIPE
  mv -T -- ${name} old; moved=yes
  ${keeps ? sh`[ ! -d old ] || [ -L old ] || carry_over || exit 1` : sh`:`}
fi
mv -T -- new ${name}`;
}

function judgeTree({ archive, dest, scope }: Extraction, { stdout }: ActionResult): ActionVerdict {
  const lines = stdout.toString('latin1').split('\n');
  const what = lines.shift();
  const body = lines.filter((line) => line !== '' && !line.startsWith('space '));
  const observed = what === 'tree_sums' ? { hashes: readHashes(body) } : { listing: readListing(body) };
  const { owner, group, keep } = scope;
  const { differences } = diffTree(archive.tree, observed, { keep, owner: `${owner}:${group}` });
  const first = differences.slice(0, 3).map(describeDifference).join('; ');
  return {
    failure: `unpacking ${basename(archive.path)} on this host gave something else than is in it (${first}); ${dest} is unchanged`,
    hint: differences.every(isMode)
      ? `the directory above ${dest} may have a default ACL, which adds to modes: remove it (setfacl -k), or install the package acl`
      : "the host's program may not know this form of archive: pack it with GNU tar as tar.gz, with names of less than 100 bytes for busybox",
  };
}

function isMode(difference: TreeDifference): boolean {
  return (
    difference.kind === 'changed' && difference.attributes.every(({ attribute }) => attribute === 'mode')
  );
}
