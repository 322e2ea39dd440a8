import type { ByteString } from '../artifacts/archive-entry.ts';
import { type Listing, readHashes, readListing } from '../artifacts/tree-listing.ts';
import type { PathEffect } from '../engine/effect.ts';
import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../engine/look.ts';
import type { Overlay } from '../engine/overlay.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { type TreeScope, treeFunctions } from './tree-script.ts';

export interface TreeQuery extends TreeScope {
  readonly path: string;
  /** The digest of the canonical listing that is wanted. */
  readonly listing: string;
  /** The digest over the contents of all files; asked only where the tree is to be proven byte by byte. */
  readonly contents?: string;
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
 * Whole trees of files, compared by one digest over a sorted listing. For each query: `none`, `same` or `differs`
 * with the listing; when contents are asked for, a line with the mark and the same again for the hashes; at the end a
 * line with the mark.
 */
const treeKind: HostLookKind<TreeQuery, TreeState> = {
  name: 'tree',
  timeout: 1800,
  script(queries) {
    return joinShell([
      sh`answer() {
  sum=$("$1" | sha256sum)
  if [ "\${sum%% *}" = "$2" ]; then echo same; else echo differs; "$1"; fi
}`,
      ...queries.map(question),
    ]);
  },
  parse({ stdout, stderr, code, mark }, queries) {
    if (code !== 0) throw new LookError('a tree could not be read on the host');
    if (stderr.includes('Permission denied')) {
      throw new LookError(
        'this user may not read the whole tree: set "become: true" on the step or the play',
      );
    }
    const sections = stdout.toString('latin1').split(`\n${mark}\n`);
    return queries.map(({ path, contents }) => {
      const first = readAnswer(sections.shift(), path);
      if (first === 'none') return { exists: false };
      const second = contents === undefined ? 'same' : readAnswer(sections.shift(), path);
      return {
        exists: true,
        ...(first === 'same' ? {} : { listing: readListing(first) }),
        ...(second === 'same' || second === 'none' ? {} : { hashes: readHashes(second) }),
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

function question(query: TreeQuery): Shell {
  const { path, listing, contents } = query;
  const deep = contents === undefined ? sh`` : sh`; printf '\\n%s\\n' "$MARK"; answer tree_sums ${contents}`;
  return sh`(
${treeFunctions(query)}
if [ -d ${path} ] && [ ! -L ${path} ]; then
  cd -P -- ${path} || exit 1
  answer tree_list ${listing}${deep}
else echo none; fi
) || exit 1
printf '\\n%s\\n' "$MARK"`;
}

function readAnswer(section: string | undefined, path: string): 'none' | 'same' | readonly ByteString[] {
  const lines = section?.split('\n') ?? [];
  if (lines.at(-1) === '') lines.pop();
  const word = lines.shift();
  if (word === 'none' || word === 'same') return word;
  if (word !== 'differs') throw new LookError(`the tree at ${path} could not be read`);
  return lines;
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
