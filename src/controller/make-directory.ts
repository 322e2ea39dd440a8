import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory of the controller for this user alone, and those that are missing above it. Node's own recursive
 * mkdir tries for ever where a directory is there but takes no other (`/proc` says "no such file").
 *
 * @throws the system's error.
 */
export function makeDirectory(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    makeDirectory(above);
    makeOne(path);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // That it is none is found by whoever writes into it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
