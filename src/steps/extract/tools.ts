import { basename } from 'node:path';
import type { HostLook } from '../../engine/look.ts';
import { fail, type View } from '../../engine/view.ts';
import type { Archive } from '../../looks/archive.ts';
import { paxLook } from '../../looks/pax.ts';
import { toolLook } from '../../looks/tool.ts';

/** How an archive is unpacked on a host that has the programs it has. */
export type Unpacker =
  /** The host's own program undoes the compression, then its tar. */
  | { readonly kind: 'tar'; readonly decompress: readonly string[] }
  /** The controller undoes the compression and sends the tar archive that is in it. */
  | { readonly kind: 'plain-tar' }
  | { readonly kind: 'zip'; readonly command: readonly string[] };

const PROGRAMS = {
  tar: undefined,
  'tar.gz': { name: 'gzip', packageName: 'gzip' },
  'tar.xz': { name: 'xz', packageName: 'xz-utils (xz)' },
  'tar.zst': { name: 'zstd', packageName: 'zstd' },
} as const;

/** The looks that `requireUnpacker` needs; ask them together with others to save a trip. */
export function unpackerLooks({ format, needsPax }: Archive): readonly HostLook<boolean>[] {
  if (format === 'zip') return [toolLook('unzip'), toolLook('busybox')];
  return [toolLook('tar'), toolLook(PROGRAMS[format]?.name ?? 'tar'), ...(needsPax ? [paxLook()] : [])];
}

/**
 * Finds the programs, or fails with the package that brings them.
 *
 * @param stream the archive comes from the controller, which can undo the compression itself.
 */
export function requireUnpacker(view: View, archive: Archive, stream: boolean): Unpacker {
  const { format } = archive;
  if (format === 'zip') return requireUnzip(view, archive);
  const program = PROGRAMS[format];
  const [tar, decompressor] = view.see(toolLook('tar'), toolLook(program?.name ?? 'tar'));
  if (!tar) missing(archive, 'tar', 'tar');
  if (archive.needsPax && !view.see(paxLook())[0]) {
    fail(
      `${basename(archive.path)} has extended (pax) headers, which the tar of this host does not read`,
      'pack it with "tar --format=gnu" on the controller, or install GNU tar before this step',
    );
  }
  if (program === undefined) return { kind: 'tar', decompress: ['cat'] };
  if (decompressor) return { kind: 'tar', decompress: [program.name, '-dc'] };
  if (stream) return { kind: 'plain-tar' };
  return missing(
    archive,
    program.name,
    program.packageName,
    ', or replace "src" by "archive": then the controller undoes the compression',
  );
}

function requireUnzip(view: View, archive: Archive): Unpacker {
  const [unzip, busybox] = view.see(toolLook('unzip'), toolLook('busybox'));
  if (unzip) return { kind: 'zip', command: ['unzip', '-q'] };
  if (busybox) return { kind: 'zip', command: ['busybox', 'unzip', '-q'] };
  return missing(archive, 'unzip', 'unzip', ', or pack it as tar.gz');
}

function missing(archive: Archive, program: string, packageName: string, otherwise = ''): never {
  return fail(
    `this host has no "${program}", which unpacking ${basename(archive.path)} needs`,
    `install the package ${packageName} before this step${otherwise}`,
  );
}
