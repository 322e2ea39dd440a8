import { directoriesAbove } from '../../artifacts/above-kept.ts';
import { toBytes } from '../../artifacts/archive-entry.ts';
import type { Listing } from '../../artifacts/tree-listing.ts';
import { fail, failForGood } from '../../engine/view.ts';
import type { Archive } from '../../looks/archive.ts';

/** The link is no part of the archive: in the tree it would be removed again, and above it, it would be the tree. */
export function requireApart(dest: string, link: string): void {
  if (dest !== link && !link.startsWith(`${dest}/`) && !dest.startsWith(`${link}/`)) return;
  failForGood(
    `"link" (${link}) and "dest" (${dest}) must not lie one within the other`,
    'let the link stand beside the directory that it leads to',
  );
}

/** Nothing can be kept below what the archive brings as a file or a link. */
export function requireRoomForKept({ aboveKept: { blocked } }: Archive): void {
  if (blocked === undefined) return;
  failForGood(
    `${blocked.kept} cannot be kept: ${blocked.path} is a ${blocked.type} in the archive, not a directory`,
    `keep "${blocked.path}" itself, or nothing there`,
  );
}

/** Whoever owns the tree may have laid links in it: nothing is taken through one. */
export function requireKeptReachable(
  dest: string,
  keep: readonly string[],
  listing: Listing | undefined,
): void {
  for (const kept of keep) {
    const link = directoriesAbove(kept).find((path) => listing?.get(toBytes(path))?.type === 'link');
    if (link === undefined) continue;
    fail(
      `${dest}/${link} is a link on this host: ${kept} is not kept through it`,
      `keep "${link}" itself, or put a directory there`,
    );
  }
}
