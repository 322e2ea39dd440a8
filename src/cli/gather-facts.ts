import type { Concurrency } from '../engine/concurrency.ts';
import { fetchFromHost } from '../engine/fetch.ts';
import { newHostState } from '../engine/host-state.ts';
import type { Json } from '../engine/json.ts';
import { type HostLook, LookError } from '../engine/look.ts';
import { storeKey } from '../engine/store-key.ts';
import { Turns } from '../engine/turns.ts';
import { factLook } from '../looks/facts/look.ts';
import type { ConnectTarget } from '../ssh/connect.ts';
import { ConnectionError, type ConnectionFailure } from '../ssh/errors.ts';
import { HostSession } from '../ssh/host-session.ts';

export interface HostFacts {
  readonly host: string;
  readonly facts: Readonly<Record<string, Json>>;
  /** Facts that the host gave no sensible answer to, with the reason. */
  readonly problems: Readonly<Record<string, string>>;
  /** Set when the host could not be asked. */
  readonly failure?: ConnectionFailure;
}

/** Nothing is changed: an interruption simply ends the process. */
const NEVER = new AbortController().signal;

/** Asks facts of many hosts at once, in one round trip each; `told` is called as answers come. */
export async function gatherFacts(
  targets: ReadonlyMap<string, ConnectTarget>,
  names: readonly string[],
  concurrency: number | Concurrency,
  told: (facts: HostFacts) => void,
): Promise<readonly HostFacts[]> {
  const turns = new Turns({ concurrency, signal: NEVER, told: () => {} });
  return Promise.all(
    [...targets].map(([host, target]) =>
      turns.take(async () => {
        const facts = await askHost(host, target, names, turns);
        told(facts);
        return facts;
      }),
    ),
  );
}

async function askHost(
  host: string,
  target: ConnectTarget,
  names: readonly string[],
  turns: Turns,
): Promise<HostFacts> {
  let session: HostSession | undefined;
  try {
    session = await turns.connect(() => HostSession.open(target));
    const state = newHostState(new Map(), false);
    const looks = new Map<string, HostLook<unknown>>();
    for (const name of names) {
      const look = factLook(name);
      looks.set(storeKey(look, target.user), look);
    }
    await fetchFromHost(looks, state, session);
    const facts: Record<string, Json> = {};
    const problems: Record<string, string> = {};
    for (const name of names) {
      const answer = state.answers.get(storeKey(factLook(name), target.user));
      if (answer instanceof LookError) problems[name] = answer.message;
      else facts[name] = answer as Json;
    }
    return { host, facts, problems };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return { host, facts: {}, problems: {}, failure: error.failure };
  } finally {
    await session?.close();
  }
}
