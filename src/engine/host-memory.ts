import type { HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HashProof } from './look.ts';
import { factsOf } from './look-ahead.ts';

/** What is kept of a host from run to run. Nothing of it is needed: it saves work. */
export interface HostMemory {
  /** Which files were proven: what has not moved since is not hashed again. */
  readonly proofs: ReadonlyMap<string, HashProof>;
  /** The facts that the host had, by the keys of their looks: what they lead to is asked in the first trip. */
  readonly facts: ReadonlyMap<string, Json>;
}

/** A store that fails costs work, never a run. */
export interface MemoryStore {
  load(host: string): Promise<HostMemory>;
  save(host: string, memory: HostMemory): Promise<void>;
}

export const EMPTY_MEMORY: HostMemory = { proofs: new Map(), facts: new Map() };

/**
 * What to keep of a host for the next run.
 *
 * @param remembered what was kept before.
 */
export function memoryToKeep(program: HostProgram, state: HostState, remembered: HostMemory): HostMemory {
  return { proofs: proofsToKeep(state), facts: factsToKeep(program, state, remembered) };
}

/** The hash of a short secret gives it away: what stands where one is to be is proven anew by each run. */
function proofsToKeep({ proofs, secretPaths }: HostState): HostMemory['proofs'] {
  if (secretPaths.size === 0) return proofs;
  return new Map([...proofs].filter(([path]) => !secretPaths.has(path)));
}

/** What a host told now, over what it told before: a command that acted has had the run forget what it had not to ask again. */
function factsToKeep(program: HostProgram, state: HostState, { facts }: HostMemory): HostMemory['facts'] {
  return new Map([...facts, ...factsOf(program, state)]);
}
