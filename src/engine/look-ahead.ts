import type { HostProgram } from './host-program.ts';
import { type HostState, newHostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HostLooks } from './look.ts';
import { type Observed, predictLocally } from './observe.ts';
import { memoryOf } from './step-memory.ts';

/** Facts by the key of their look. */
export type Facts = ReadonlyMap<string, Json>;

/** As many kinds of hosts as are worth remembering what to ask of them. */
const MOST_KEPT = 256;

/**
 * What a host will most likely be asked once its facts are known, found out with the facts that it had at an earlier
 * run: asked along in the first trip it saves the second. Where a fact is another now, what was asked is of no use, and no
 * harm: the host is judged by what it says.
 */
export class LookAhead {
  readonly #known = new WeakMap<object, Map<string, HostLooks>>();

  /** @param first what the host is asked in any case. */
  async extend(
    { program, state, local, mode }: Observed,
    first: HostLooks,
    facts: Facts,
  ): Promise<HostLooks> {
    const named = [...facts].filter(([key]) => first.has(key));
    if (named.length === 0) return first;
    const kept = this.#keptFor(program.alike);
    const key = JSON.stringify(named);
    const known = kept?.get(key);
    if (known !== undefined) return known;
    const { deep, relist } = state.lookContext;
    const guess = newHostState(new Map(), deep, local.ready, relist);
    for (const [fact, value] of named) guess.answers.set(fact, value);
    const { forHost } = await predictLocally({ program, state: guess, local, mode });
    const looks = new Map([...first, ...forHost]);
    if (kept !== undefined && kept.size < MOST_KEPT) kept.set(key, looks);
    return looks;
  }

  /** Nothing is kept for a host that is like no other: it has one turn. */
  #keptFor(alike: object | undefined): Map<string, HostLooks> | undefined {
    if (alike === undefined) return undefined;
    const kept = this.#known.get(alike) ?? new Map<string, HostLooks>();
    this.#known.set(alike, kept);
    return kept;
  }
}

/** What a host has told of the facts that steps name. */
export function factsOf(program: HostProgram, state: HostState): Map<string, Json> {
  const named = new Set<unknown>();
  for (const section of program.sections) {
    for (const step of section.steps) {
      for (const name of memoryOf(step, section, program, state).facts) named.add(name);
    }
  }
  const { looks, answers } = state;
  const facts = new Map<string, Json>();
  if (named.size === 0) return facts;
  for (const [key, look] of looks) {
    const value = answers.get(key);
    const isNamed = look.kind.name === 'fact' && named.has(look.query);
    if (isNamed && !(value instanceof Error)) facts.set(key, value as Json);
  }
  return facts;
}
