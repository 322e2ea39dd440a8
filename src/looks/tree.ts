import { createHash } from 'node:crypto';
import type { ByteString } from '../artifacts/archive-entry.ts';
import { type Listing, readHashes, readListing } from '../artifacts/tree-listing.ts';
import type { PathEffect } from '../engine/effect.ts';
import {
  type HashProof,
  type HostLook,
  type HostLookKind,
  hostLook,
  type LookContext,
  LookError,
  type Prediction,
} from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { type Shell, sh } from '../shell/quote.ts';
import { RACY } from './racy.ts';
import { type TreeScope, treeFunctions } from './tree-script.ts';

export interface TreeQuery extends TreeScope {
  readonly path: string;
  /** The digest of the canonical listing that is wanted. */
  readonly listing: string;
  /** The digest over the contents of all files; asked only where the tree is to be proven byte by byte. */
  readonly contents?: string;
  /** What stands for the tree while it is not listed (artifacts/anchors.ts). */
  readonly anchors?: readonly string[];
}

export type TreeState =
  /** Nothing there, or no directory. */
  | { readonly exists: false }
  | {
      readonly exists: true;
      /** Everything in the tree, when it is not as wanted: a tree that is costs one digest. */
      readonly listing?: Listing;
      /** The hash of every file, when they were asked for and are not as wanted. */
      readonly hashes?: ReadonlyMap<ByteString, string>;
    };

/**
 * For how long a tree that was listed is compared by its anchors alone, in milliseconds: what that cannot see, a file
 * written to or changed in place, is found by the next run after it, and by every drift check.
 */
const RECENT = 24 * 60 * 60 * 1000;

/**
 * Whole trees of files, compared by one digest over a sorted listing. For each query: `none`, `recent`, `same` or
 * `differs` with the listing; when contents are asked for, a line with the mark and the same again for the hashes; at the
 * end a line with the mark.
 *
 * A tree that was listed lately is only compared by its anchors, `recent`: 5 to 10 ms instead of 70 for 13,600 files. Its
 * `same` is followed by the host's clock before all, the newest change of an anchor in seconds, and the digest over all of
 * them as they were before the listing: what moves later will have another.
 */
const treeKind: HostLookKind<TreeQuery, TreeState> = {
  name: 'tree',
  inShell: true,
  timeout: 1800,
  script(queries, context) {
    // Not by joinShell, which copies: anchors are up to 96 KiB, and this is done for each host.
    return queries.reduce((script, query) => sh`${script}\n${question(query, context)}`, ANSWER);
  },
  parse({ stdout, stderr, code, mark, received }, queries, context) {
    if (code !== 0) throw new LookError('a tree could not be read on the host');
    if (stderr.includes('Permission denied')) {
      throw new LookError(
        'this user may not read the whole tree: set "become: true" on the step or the play',
      );
    }
    const sections = stdout.toString('latin1').split(`\n${mark}\n`);
    return queries.map((query) => {
      const { path, contents } = query;
      const first = readAnswer(sections.shift(), path);
      if (first.word === 'recent') return { exists: true };
      keepProof(query, first, context, received);
      if (first.word === 'none') return { exists: false };
      const second = contents === undefined ? undefined : readAnswer(sections.shift(), path);
      return {
        exists: true,
        ...(first.word === 'same' ? {} : { listing: readListing(first.lines) }),
        ...(second?.word === 'differs' ? { hashes: readHashes(second.lines) } : {}),
      };
    });
  },
  predict: predictTree,
  place: { of: ({ path }) => path, at: (query, path) => treeLook({ ...query, path }) },
};

/** Asks whether the tree at a path is as wanted, and what is in it when it is not. */
export function treeLook(query: TreeQuery): HostLook<TreeState> {
  const { path, listing, contents = '', owner, group, keep, passed } = query;
  return hostLook(treeKind, query, JSON.stringify([path, listing, contents, owner, group, keep, passed]));
}

const ANSWER = sh`answer() {
  sum=$("$1" | sha256sum)
  if [ "\${sum%% *}" = "$2" ]; then said=same; echo same; else said=differs; echo differs; "$1"; fi
}`;

function question(query: TreeQuery, context: LookContext): Shell {
  const { path, listing, contents, anchors } = query;
  const deep = contents === undefined ? sh`` : sh`; printf '\\n%s\\n' "$MARK"; answer tree_sums ${contents}`;
  const list = sh`answer tree_list ${listing}${deep}`;
  return sh`${functionsOf(query)}
if [ -d ${path} ] && [ ! -L ${path} ]; then
  ${anchors === undefined || contents !== undefined ? within(path, list) : byAnchors(path, list, anchors, proofOf(query, context))}
else echo none; fi || return 1
printf '\\n%s\\n' "$MARK"`;
}

function within(path: string, script: Shell): Shell {
  return sh`( cd -P -- ${path} || exit 1
  ${script} )`;
}

/** File systems, by GNU's and busybox's names, whose directories tell of every change in them. */
const KEEPS_TIMES = sh`ext* | xfs | btrfs | zfs | tmpfs | overlay* | f2fs | jfs | reiserfs | bcachefs)`;

/**
 * Lists the tree only when its anchors are not as they were, and tells how they are. `anchors` takes the place of a subshell. Where
 * they are as they were three processes tell so: `stat`, `sha256sum`, and the shell that compares.
 */
function byAnchors(
  path: string,
  list: Shell,
  anchors: readonly string[],
  proof: HashProof | undefined,
): Shell {
  const { identity } = proof ?? {};
  const listed = sh`t=$(date +%s); a=$(anchors) || a=
    ${list}
    if [ $said = same ] && [ -n "$a" ] && tells; then
      sum=$(printf '%s\\n' "$a" | sha256sum); n=$(printf '%s\\n' "\${a#*:}" | sort -rn)
      printf 'anchors %s %s %s\\n' "$t" "\${n%% *}" "\${sum%% *}"
    fi`;
  const compared =
    identity === undefined
      ? within(path, listed)
      : sh`{ cd -P -- ${path} 2>/dev/null && anchors; } | sha256sum | (
    read -r sum rest
    [ "$sum" != ${identity} ] || { echo recent; exit 0; }
    cd -P -- ${path} || exit 1
    ${listed} )`;
  return sh`tells() { case $(stat -f -c %T .) in ${KEEPS_TIMES} return 0 ;; esac; return 1; }
  anchors() { printf '%s\\n' "$u:$g"; exec stat -c '%Z %d:%i' -- ${anchorWords(anchors)} 2>/dev/null; }
  ${compared}`;
}

/** The same query serves a whole fleet. */
const functions = new WeakMap<TreeQuery, Shell>();

function functionsOf(query: TreeQuery): Shell {
  const known = functions.get(query) ?? treeFunctions(query);
  functions.set(query, known);
  return known;
}

/** The same list of names serves a whole fleet: it is quoted once. */
const quoted = new WeakMap<readonly string[], Shell>();

function anchorWords(anchors: readonly string[]): Shell {
  const known = quoted.get(anchors) ?? sh`${anchors.map((path) => (path === '.' ? path : `./${path}`))}`;
  quoted.set(anchors, known);
  return known;
}

/** What an earlier run has proven of the tree, as far as it is to be believed. */
function proofOf(query: TreeQuery, { proofs, deep, relist }: LookContext): HashProof | undefined {
  const proof = deep || relist ? undefined : proofs.get(proofKey(query));
  const age = Date.now() - (proof?.at ?? 0);
  return proof?.sha256 === wantedDigest(query) && age >= 0 && age < RECENT ? proof : undefined;
}

function keepProof(
  query: TreeQuery,
  { word, lines }: Answer,
  { prove, disprove }: LookContext,
  received: number | undefined,
): void {
  if (word !== 'same') {
    disprove?.(proofKey(query));
    return;
  }
  const [, clock, newest, identity] = /^anchors (\d+) (\d+) ([0-9a-f]{64})$/.exec(lines.at(-1) ?? '') ?? [];
  if (identity === undefined || received === undefined || Number(clock) - Number(newest) < RACY) return;
  prove?.(proofKey(query), { identity, sha256: wantedDigest(query), at: received });
}

/** Real paths of files begin with a slash. */
function proofKey({ path }: TreeQuery): string {
  return `tree:${path}`;
}

/** Everything that the tree was found to be as wanted by. */
function wantedDigest({ listing, owner, group, keep, passed }: TreeQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([listing, owner, group, keep, passed]))
    .digest('hex');
}

const WORDS = ['none', 'recent', 'same', 'differs'] as const;

interface Answer {
  readonly word: (typeof WORDS)[number];
  readonly lines: readonly ByteString[];
}

function readAnswer(section: string | undefined, path: string): Answer {
  const lines = section?.split('\n') ?? [];
  if (lines.at(-1) === '') lines.pop();
  const said = lines.shift();
  const word = WORDS.find((one) => one === said);
  if (word === undefined) throw new LookError(`the tree at ${path} could not be read`);
  return { word, lines };
}

function predictTree(query: TreeQuery, overlay: Overlay): Prediction<TreeState> | undefined {
  const found = overlay.path(query.path);
  if (found === undefined) return undefined;
  if ('absent' in found) return { value: { exists: false } };
  if ('inTree' in found) return { unknown: `${query.path} lies in a tree that an earlier step brings` };
  return predictFromEffect(found.effect, query);
}

function predictFromEffect(effect: PathEffect, query: TreeQuery): Prediction<TreeState> | undefined {
  const { state, tree, fresh } = effect;
  if (!state.exists || state.type === 'file' || state.type === 'link') return { value: { exists: false } };
  if (state.type !== 'directory') return { unknown: `${query.path} is made by an earlier command` };
  if (tree !== undefined) return { unknown: `an earlier step brings another tree to ${query.path}` };
  if (fresh !== true) return undefined;
  const right = state.owner === query.owner && (query.group === '' || state.group === query.group);
  const root = {
    type: 'directory' as const,
    mode: Number.parseInt(state.mode, 8),
    ...(right ? {} : { owner: `${state.owner}:${state.group}` }),
  };
  return {
    value: {
      exists: true,
      listing: new Map([['.', root]]),
      ...(query.contents ? { hashes: new Map() } : {}),
    },
  };
}
