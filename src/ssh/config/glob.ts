import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { matchesName } from '../../patterns/glob.ts';

/**
 * The paths that a pattern of the shell stands for, in the order of their bytes (glob(7)): `*`, `?` and `[…]` in names.
 * A dot at the beginning of a name is only matched by a dot.
 *
 * @param pattern an absolute path.
 */
export function globPaths(pattern: string): readonly string[] {
  let found = ['/'];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    found = found.flatMap((folder) => namesIn(folder, part).map((name) => join(folder, name)));
  }
  return found.filter(exists).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function namesIn(folder: string, part: string): readonly string[] {
  if (!/[*?[]/.test(part)) return [part];
  try {
    const names = readdirSync(folder).filter((name) => matchesName(part, name));
    return part.startsWith('.') ? names : names.filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}
