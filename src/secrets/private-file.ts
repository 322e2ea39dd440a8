import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whose files are in memory only, where they exist. */
function places(): readonly string[] {
  return ['/dev/shm', process.env.XDG_RUNTIME_DIR ?? ''].filter((place) => place.startsWith('/'));
}

/** A folder that only this user enters, in memory where there is such a place. */
export interface PrivateFolder {
  readonly path: string;
  /** It is on a disk, which may keep what was written after it is removed. */
  readonly onDisk: boolean;
  remove(): void;
}

/** Makes one. It is removed also when this process is ended before it can do so. */
export function makePrivateFolder(): PrivateFolder {
  const place = places().find(isWritable);
  // mkdtemp makes it with mode 0700.
  const path = mkdtempSync(join(place ?? tmpdir(), 'provision-'));
  const unwatch = watchOver(path);
  return {
    path,
    onDisk: place === undefined,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
      unwatch();
    },
  };
}

const WATCH = `while [ -d "$1" ] && kill -0 "$2" 2>/dev/null; do sleep 1; done; rm -rf -- "$1"`;

/** Has a process of its own session remove the folder when this one is gone: SIGKILL leaves nobody else to do it. */
function watchOver(path: string): () => void {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'sh', path, String(process.pid)], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  });
  // Without it the folder is removed as long as this process can.
  watch.on('error', () => {});
  watch.unref();
  return () => {
    try {
      if (watch.pid !== undefined) process.kill(-watch.pid);
    } catch {
      // It has ended by itself.
    }
  };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export type Edited =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: string };

/**
 * Has the operator's editor change a text in a private folder. The folder is the caller's to remove; a signal that would
 * end this process ends the editor, and then the caller goes on.
 *
 * @param editor as `$EDITOR` has it: read by `sh`, so that it may have arguments.
 */
export async function editWith(
  editor: string,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<Edited> {
  const file = join(folder, name);
  writeFileSync(file, bytes, { mode: 0o600 });
  const child = spawn('/bin/sh', ['-c', `${editor} "$@"`, editor, file], { stdio: 'inherit' });
  const end = (signal: NodeJS.Signals): void => {
    // Ctrl-C goes to the editor too, and is its own affair.
    if (signal !== 'SIGINT') child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  for (const signal of signals) process.on(signal, end);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== 0) return { ok: false, reason: `${editor} ended with ${signal ?? `status ${code}`}` };
    return { ok: true, bytes: readFileSync(file) };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
