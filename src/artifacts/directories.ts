import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where this user's data that can be made again is kept (XDG Base Directory Specification): listings of archives,
 * hashes of files.
 */
export function cacheDirectory(): string {
  return join(base('XDG_CACHE_HOME', '.cache'), 'provision');
}

/** Where what is to last between runs is kept: which files of which host were proven. */
export function stateDirectory(): string {
  return join(base('XDG_STATE_HOME', '.local/state'), 'provision');
}

/** The specification says that relative paths are to be ignored. */
function base(variable: string, fallback: string): string {
  const value = process.env[variable];
  return value !== undefined && isAbsolute(value) ? value : join(homedir(), fallback);
}
