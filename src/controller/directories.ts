import { isAbsolute, join } from 'node:path';
import { processHome } from './process-user.ts';

/**
 * Where this user's data that can be made again is kept (XDG Base Directory Specification): listings of archives,
 * hashes of files.
 */
export function cacheDirectory(): string {
  const { XDG_CACHE_HOME: given } = process.env;
  // The specification says that relative paths are to be ignored.
  const base = given !== undefined && isAbsolute(given) ? given : join(processHome(), '.cache');
  return join(base, 'provision');
}
