import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashProof } from '../engine/look.ts';
import type { ProofStore } from '../engine/run.ts';
import { writeAtomically } from './atomic-write.ts';
import { stateDirectory } from './directories.ts';

/**
 * Keeps the proofs of each host in a JSON file of its own. A file that is missing, damaged or of another version counts
 * as empty: the price is hashing again. `save` writes only what differs from what was loaded.
 *
 * @param directory default `$XDG_STATE_HOME/provision/proofs`.
 */
export function fileProofStore(directory: string = join(stateDirectory(), 'proofs')): ProofStore {
  const loaded = new Map<string, string>();
  const fileOf = (host: string) => join(directory, `${encodeURIComponent(host).replaceAll('.', '%2E')}.json`);
  return {
    async load(host) {
      const proofs = await read(fileOf(host));
      loaded.set(host, serialize(proofs));
      return proofs;
    },
    async save(host, proofs) {
      const text = serialize(proofs);
      if (loaded.get(host) === text || (proofs.size === 0 && !loaded.has(host))) return;
      await writeAtomically(fileOf(host), text);
      loaded.set(host, text);
    },
  };
}

function serialize(proofs: ReadonlyMap<string, HashProof>): string {
  const sorted = [...proofs].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([path, { identity, sha256 }]) => [path, { identity, sha256 }]);
  return `${JSON.stringify({ version: 1, proofs: Object.fromEntries(entries) }, undefined, 1)}\n`;
}

async function read(file: string): Promise<Map<string, HashProof>> {
  try {
    const { version, proofs } = JSON.parse(await readFile(file, 'utf8'));
    if (version !== 1) return new Map();
    return new Map(Object.entries(proofs as Record<string, HashProof>).filter(isProof));
  } catch {
    return new Map();
  }
}

function isProof([, proof]: [string, HashProof]): boolean {
  return typeof proof?.identity === 'string' && /^[0-9a-f]{64}$/.test(proof.sha256);
}
