import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { undoAtEnd } from './children.ts';

/** Bytes: a socket's path holds about a hundred, and ssh adds some of its own while it makes one. */
const MOST = 60;
/** ssh gives the path of its configuration to a shell as it is, when it starts another one for a jump host. */
const PLAIN = /^[\w./+-]+$/;

/** Makes a folder that only this user can enter, for the sockets of one connection. It goes with this process at the latest. */
export function privateFolder(): { readonly path: string; readonly remove: () => void } {
  const usable = Buffer.byteLength(tmpdir()) <= MOST && PLAIN.test(tmpdir());
  const beside = usable ? tmpdir() : '/tmp';
  const path = mkdtempSync(join(beside, 'provision-ssh-'));
  const clear = (): void => rmSync(path, { recursive: true, force: true });
  const forget = undoAtEnd(clear);
  return {
    path,
    remove: () => {
      forget();
      clear();
    },
  };
}
