import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes: a socket's path holds about a hundred, and ssh adds some of its own while it makes one. */
const MOST = 60;

/** Gives a folder that only this user can enter, for the sockets of one connection. */
export function privateFolder(): { readonly path: string; readonly remove: () => void } {
  const beside = Buffer.byteLength(tmpdir()) > MOST ? '/tmp' : tmpdir();
  const path = mkdtempSync(join(beside, 'provision-ssh-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
