import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../controller/make-directory.ts';
import { processHome } from '../controller/process-user.ts';
import type { HostMemory, MemoryStore } from '../engine/host-memory.ts';
import type { Json } from '../engine/json.ts';
import type { HashProof } from '../engine/look.ts';
import type { ConnectTarget } from '../ssh/connect.ts';

/**
 * Keeps what is remembered of hosts in the user's cache folder (XDG_CACHE_HOME), a file for each host and address. It is
 * only a memory of work done: what cannot be read is done again, what cannot be written is forgotten.
 */
export function fileMemories(
  targets: ReadonlyMap<string, Pick<ConnectTarget, 'address' | 'port'>>,
  directory = defaultDirectory(),
): MemoryStore {
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
      const text = readText(fileOf(host));
      loaded.set(host, text);
      return readMemory(text);
    },
    save: async (host, { proofs, facts }) => {
      const kept = { proofs: Object.fromEntries(proofs), facts: Object.fromEntries(facts) };
      const text = JSON.stringify({ version: 1, host, ...kept });
      const before = loaded.get(host);
      loaded.delete(host);
      if (text === before || (proofs.size + facts.size === 0 && before === '')) return;
      await writeWhole(directory, fileOf(host), text).catch(() => {});
    },
  };
}

function defaultDirectory(): string {
  const { XDG_CACHE_HOME: base } = process.env;
  return join(base?.startsWith('/') ? base : join(processHome(), '.cache'), 'provision', 'proofs');
}

/** At once: a small file is read in a tenth of the time that it takes to hand it to another thread. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** What is in a file; nothing when it is damaged or of another version. */
function readMemory(text: string): HostMemory {
  const proofs = new Map<string, HashProof>();
  const facts = new Map<string, Json>();
  try {
    const stored = JSON.parse(text) as Stored;
    if (stored.version !== 1) return { proofs, facts };
    for (const [path, { identity, sha256, at }] of Object.entries(stored.proofs ?? {})) {
      if (typeof identity === 'string' && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) {
        proofs.set(path, { identity, sha256, ...(typeof at === 'number' ? { at } : {}) });
      }
    }
    for (const [key, fact] of Object.entries(stored.facts ?? {})) facts.set(key, fact);
  } catch {
    proofs.clear();
    facts.clear();
  }
  return { proofs, facts };
}

interface Stored {
  readonly version?: unknown;
  readonly proofs?: Record<string, Partial<HashProof>>;
  readonly facts?: Record<string, Json>;
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
