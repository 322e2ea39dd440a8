import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError } from '../../ssh/errors.ts';
import type { HostSession } from '../../ssh/host-session.ts';
import type { Guarding } from './guarded.ts';
import { WINDOW } from './host-files.ts';
import { useWayIn, withNewSession } from './prove.ts';
import { fireScript } from './release.ts';

/** What became of a change that must not stay. */
export type Undone =
  /** The host is as it was; `reachable` is true, or says what a new connection ran into. */
  | { readonly kind: 'as-before'; readonly reachable: true | string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Milliseconds for one new connection and what is asked of it. */
const LIMIT = 45_000;
/** Milliseconds before each try of a new connection, when the host is known to be as before. */
const PAUSES = [500, 4_000, 10_000];

/**
 * Has the host go back: over the connection that is open, or over a new one as soon as there is a way in, which at the
 * latest the host's own rollback opens. Then makes sure that a new connection gets in.
 *
 * @param broken the open connection is known to be broken.
 */
export async function undo(token: string, guarding: Guarding, broken: boolean): Promise<Undone> {
  if (!broken) {
    const over = await attempt(() => fire(guarding.session, token, guarding));
    if (typeof over !== 'string') {
      if (over.kind === 'unknown') return over;
      return { kind: 'as-before', reachable: await reachable(guarding) };
    }
  }
  // Until the host has gone back by itself, and a little longer: it may be slow, or restarting its server.
  const end = performance.now() + (WINDOW + 30) * 1000;
  let last = '';
  for (let pause = 2_000; performance.now() < end; pause = Math.min(2 * pause, 8_000)) {
    await sleep(pause);
    const over = await attempt(() =>
      withNewSession(guarding.reconnect, LIMIT, async (fresh) => {
        const done = await fire(fresh, token, guarding);
        await useWayIn(fresh, guarding, LIMIT);
        return done;
      }),
    );
    if (typeof over !== 'string') return over;
    last = over;
  }
  return { kind: 'unknown', reason: last };
}

async function fire(session: HostSession, token: string, { user }: Guarding): Promise<Undone> {
  const { results } = await session.run(user, [{ script: fireScript(token) }], {
    timeout: LIMIT,
    atOnce: true,
  });
  const [first = '', ...rest] = results[0]?.stdout.toString('utf8').trim().split('\n') ?? [];
  if (first === 'rolled-back' || first === 'gone') return { kind: 'as-before', reachable: true };
  if (first === 'failed') return { kind: 'unknown', reason: rest.slice(0, 3).join('; ') };
  return { kind: 'unknown', reason: 'the rollback did not come to an end in time' };
}

/** A new connection gets in, or what it ran into. A server that was restarted may need a moment. */
async function reachable(guarding: Guarding): Promise<true | string> {
  let last = '';
  for (const pause of PAUSES) {
    await sleep(pause);
    const over = await attempt(() =>
      withNewSession(guarding.reconnect, LIMIT, async (fresh) => {
        await useWayIn(fresh, guarding, LIMIT);
        return true as const;
      }),
    );
    if (over === true) return true;
    last = over;
  }
  return (
    `a new connection still does not get in: ${last}. ` +
    'The cause may lie before this step: in what earlier steps of this run have changed without a guard, or outside of this host'
  );
}

async function attempt<Value>(work: () => Promise<Value>): Promise<Value | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectionError) return error.failure.message;
    throw error;
  }
}
