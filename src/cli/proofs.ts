import { createHash, randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../artifacts/make-directory.ts';
import type { HashProof } from '../engine/look.ts';
import type { ProofStore } from '../engine/run.ts';
import { processHome } from '../inventory/process-user.ts';
import type { ConnectTarget } from '../ssh/connect.ts';

/**
 * Keeps proofs in the user's cache folder (XDG_CACHE_HOME), a file for each host and address. It is only a
 * memory of work done: what cannot be read is done again, what cannot be written is forgotten.
 */
export function fileProofs(
  targets: ReadonlyMap<string, Pick<ConnectTarget, 'address' | 'port'>>,
  directory = defaultDirectory(),
): ProofStore {
  const loaded = new Map<string, string>();
  const fileOf = (host: string): string => {
    const { address, port } = targets.get(host) ?? { address: '', port: 0 };
    const id = createHash('sha256')
      .update(JSON.stringify([host, address, port]))
      .digest('hex')
      .slice(0, 16);
    return join(directory, `${host.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}-${id}.json`);
  };
  return {
    load: async (host) => {
      const text = await readFile(fileOf(host), 'utf8').catch(() => '');
      loaded.set(host, text);
      return readProofs(text);
    },
    save: async (host, proofs) => {
      const text = JSON.stringify({ version: 1, host, proofs: Object.fromEntries(proofs) });
      if (text === loaded.get(host) || (proofs.size === 0 && loaded.get(host) === '')) return;
      await writeWhole(directory, fileOf(host), text).catch(() => {});
    },
  };
}

function defaultDirectory(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base?.startsWith('/') ? base : join(processHome(), '.cache'), 'provision', 'proofs');
}

/** The proofs in a file; none when the file is damaged or of another version. */
function readProofs(text: string): Map<string, HashProof> {
  const proofs = new Map<string, HashProof>();
  try {
    const stored = JSON.parse(text) as { version?: unknown; proofs?: Record<string, Partial<HashProof>> };
    if (stored.version !== 1) return proofs;
    for (const [path, { identity, sha256 }] of Object.entries(stored.proofs ?? {})) {
      if (typeof identity === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) {
        proofs.set(path, { identity, sha256 });
      }
    }
  } catch {
    proofs.clear();
  }
  return proofs;
}

async function writeWhole(directory: string, file: string, text: string): Promise<void> {
  makeDirectory(directory);
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
