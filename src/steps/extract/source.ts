import { basename } from 'node:path';
import type { HostLook } from '../../engine/look.ts';
import { fail, failForGood, type View } from '../../engine/view.ts';
import { type Archive, archiveLook, type WholeArchive, wholeArchiveLook } from '../../looks/archive.ts';
import { hashLook } from '../../looks/hash.ts';
import { controllerPath } from '../../looks/local-file.ts';
import { statLook } from '../../looks/stat.ts';
import { normalPath } from '../../resources/host-path.ts';
import type { ExtractArgs } from './schema.ts';

/** The archive that is to be unpacked, read and checked on the controller before any host is asked. */
export function requireArchive(args: ExtractArgs, view: View, deep: boolean): Archive {
  const place = controllersCopy(args, view);
  const name = args.archive ?? basename(place);
  const [archive] = view.see(
    archiveLook(place, { strip: args.strip ?? 0, keep: args.keep ?? [], deep: view.context.deep || deep }),
  );
  if (archive.kind === 'unusable') failForGood(`${name} cannot be extracted: ${archive.reason} (${place})`);
  const expected = args.sha256?.toLowerCase();
  if (expected !== undefined && archive.sha256 !== expected) {
    failForGood(
      `${name} is not the pinned archive: its SHA-256 is ${archive.sha256}, expected ${expected} (${place})`,
      'it was damaged, replaced, or is another version: fetch it again, or correct "sha256" after checking where it is from',
    );
  }
  return archive;
}

/**
 * The same archive with everything in it.
 *
 * @param besides what is to be asked of the host in the same trip.
 */
export function requireWhole(
  args: ExtractArgs,
  archive: Archive,
  view: View,
  besides: readonly HostLook<unknown>[],
): WholeArchive {
  const [whole] = view.see(wholeArchiveLook(archive, args.strip ?? 0), ...besides);
  if (whole.kind === 'archive') return whole;
  return fail(
    `${args.archive ?? basename(archive.path)} cannot be extracted: ${whole.reason} (${archive.path})`,
  );
}

function controllersCopy(args: ExtractArgs, view: View): string {
  if (args.archive !== undefined) return controllerPath(view, args.archive);
  const src = normalPath(args.src ?? '');
  const known = view.artifactAt(src);
  if (known !== undefined) return known;
  // An upload whose own arguments are not known yet may still come to state it: ask the host before giving up.
  view.see(statLook(src));
  return fail(
    `what ${src} holds is not known on the controller: no earlier step of the playbook uploads it`,
    'add an "upload" step before this one, or name the controller\'s copy with "archive"',
  );
}

/**
 * Fails unless the archive lies on the host, or will: the same bytes that were checked on the controller.
 *
 * @returns the identity that the file had when that was found, where it can be told from a later one.
 */
export function requireOnHost(src: string, archive: Archive, view: View): string | undefined {
  const [state, { sha256, identity }] = view.see(statLook(src), hashLook(src));
  if (!state.exists) {
    fail(
      `the archive ${src} does not exist on this host, and no earlier step brings it`,
      'add an "upload" step before this one, or leave "src" out: then it is unpacked straight from the controller',
    );
  }
  if (sha256 === archive.sha256) return identity;
  return fail(
    sha256 === undefined
      ? `${src} on this host is no file that this user may read`
      : `${src} on this host is not ${basename(archive.path)}: its SHA-256 is ${sha256}, expected ${archive.sha256}`,
    'add an "upload" step before this one, or leave "src" out: then it is unpacked straight from the controller',
  );
}
