import type { LoginStep } from '../ssh/transport.ts';
import type { Json } from './json.ts';
import type { HashProof, HostLook, LookContext } from './look.ts';
import type { PlaybookStep } from './playbook.ts';
import type { StepMemory } from './step-memory.ts';

/** What is known of one host while a run lasts. */
export interface HostState {
  /** Answers to looks, by store key; `LookError` instances where looking failed. */
  readonly answers: Map<string, unknown>;
  /** The looks those answers belong to (the host's only), by store key. */
  readonly looks: Map<string, HostLook<unknown>>;
  /** Registered results, by name. */
  readonly results: Record<string, Json>;
  /** Registered results that cannot be known yet, with the reason. */
  readonly unknownResults: Record<string, string>;
  /** Places that hold a secret: of what is proven there nothing is kept after the run. */
  readonly secretPaths: Set<string>;
  /** Names of results that secrets had part in. */
  readonly secretResults: Set<string>;
  readonly lookContext: LookContext;
  /** What the steps come to on a host that is like no other (see step-memory.ts). */
  readonly stepMemories: Map<PlaybookStep, StepMemory>;
  /** The same proofs that `lookContext` shows to looks; new ones are added as they are made. */
  readonly proofs: Map<string, HashProof>;
  /** Changes that cut this controller off are neither refused nor guarded: `--no-guard`. */
  readonly unguarded?: boolean;
  /** What the host has let this run in by; undefined before, and where that is not known. */
  loggedInBy?: readonly LoginStep[];
}

/**
 * A host of which nothing is known yet.
 *
 * @param local what the controller has already answered, by key.
 * @param relist see LookContext.
 */
export function newHostState(
  proofs: Map<string, HashProof>,
  deep: boolean,
  local: ReadonlyMap<string, unknown> = new Map(),
  relist = false,
  unguarded = false,
): HostState {
  const lookContext = {
    proofs,
    deep,
    relist,
    prove: (path: string, proof: HashProof) => proofs.set(path, proof),
    disprove: (path: string) => proofs.delete(path),
  };
  return {
    answers: new Answers(local),
    looks: new Map(),
    results: {},
    unknownResults: {},
    secretResults: new Set(),
    secretPaths: new Set(),
    lookContext,
    stepMemories: new Map(),
    proofs,
    unguarded,
  };
}

/**
 * A host's own answers, with those of the controller behind them. Those are not copied: where each of many hosts has its
 * own files, there are as many of them as hosts.
 */
class Answers extends Map<string, unknown> {
  readonly #local: ReadonlyMap<string, unknown>;

  constructor(local: ReadonlyMap<string, unknown>) {
    super();
    this.#local = local;
  }

  override has(key: string): boolean {
    return super.has(key) || this.#local.has(key);
  }

  override get(key: string): unknown {
    const own = super.get(key);
    return own === undefined && !super.has(key) ? this.#local.get(key) : own;
  }
}
