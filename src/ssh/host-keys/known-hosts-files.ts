import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../../controller/make-directory.ts';

export type Appended =
  | { readonly ok: true /** Counts from 1. */; readonly line: number }
  | { readonly ok: false; readonly reason: string };

/**
 * Adds one line to a known_hosts file, which is made (0600, its folder 0700) when missing. The line goes out
 * in one appending write, so that two runs at once cannot mix theirs, and is on the disk when this returns.
 */
export function appendLine(file: string, line: string): Appended {
  let fd: number | undefined;
  try {
    makeDirectory(dirname(file));
    fd = openSync(file, 'a+', 0o600);
    const { size } = fstatSync(fd);
    const before = size === 0 ? '' : readFileSync(file, 'utf8');
    // The last line may lack its end, as some editors leave it.
    const text = `${before === '' || before.endsWith('\n') ? '' : '\n'}${line}\n`;
    writeSync(fd, text);
    fsyncSync(fd);
    return { ok: true, line: before.split('\n').length + (text.startsWith('\n') ? 1 : 0) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    return { ok: false, reason: code === 'EACCES' ? 'permission denied' : code };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
