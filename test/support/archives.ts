import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is to be in an archive, by path: content, or `{ mode, content }`, or `{ link }`. */
export type ArchiveContents = Readonly<
  Record<string, string | { readonly mode: number; readonly content: string } | { readonly link: string }>
>;

/** The first of 2023, UTC: the same contents give the same archive. */
const TIME = 1_672_531_200;

/** Packs files with this machine's own program. `options` are those of tar, or empty for zip. */
export function packed(
  contents: ArchiveContents,
  program: 'tar' | 'zip',
  options: readonly string[],
): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'archive-'));
  try {
    for (const [path, entry] of Object.entries(contents)) {
      const place = join(directory, 'tree', path);
      mkdirSync(dirname(place), { recursive: true });
      if (typeof entry === 'object' && 'link' in entry) {
        symlinkSync(entry.link, place);
        continue;
      }
      if (path.endsWith('/')) mkdirSync(place, { recursive: true });
      else if (typeof entry === 'string') writeFileSync(place, entry, { mode: 0o644 });
      else writeFileSync(place, entry.content, { mode: entry.mode });
      utimesSync(place, TIME, TIME);
    }
    const archive = join(directory, 'archive');
    const cwd = join(directory, 'tree');
    const top = Object.keys(contents)[0]?.split('/')[0] ?? '.';
    const args =
      program === 'tar'
        ? ['--owner=0', '--group=0', '--numeric-owner', ...options, '-cf', archive, top]
        : ['-qryX', ...options, `${archive}.zip`, top];
    execFileSync(program, args, { cwd, env: { ...process.env, TZ: 'UTC', LC_ALL: 'C.UTF-8' } });
    return readFileSync(program === 'tar' ? archive : `${archive}.zip`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
