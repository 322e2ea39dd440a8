import { setTimeout as sleep } from 'node:timers/promises';
import { sh } from '../../shell/quote.ts';
import { ConnectionError, type ConnectionFailure } from '../../ssh/errors.ts';
import type { HostSession } from '../../ssh/host-session.ts';
import type { Guarding, Objection } from './guarded.ts';
import { WINDOW } from './host-files.ts';
import type { GuardNeed } from './need.ts';
import { BEHIND, hintFor } from './proof-hints.ts';
import { disarmScript, outwaitScript } from './release.ts';

/** Milliseconds for a new connection and all that is asked of it; less than the host waits. */
const LIMIT = 18_000;
/** The same for a second try, for which the host was told to wait. */
const SECOND_LIMIT = 12_000;

/** A change that is to be proven. */
export interface Proof {
  readonly token: string;
  readonly need: GuardNeed;
  /** What was reached through the host before the change. */
  readonly reached: readonly string[];
  /** When the change was begun, by `performance.now()`. */
  readonly began: number;
}

/**
 * Tries the way in by a new connection: TCP, login, and the privilege that the run uses. Over it the rollback is called
 * off, so that it must have got all the way. Through a bastion other hosts are to be reached as before.
 *
 * @returns undefined when the change may stay, else why not.
 */
export async function prove(proof: Proof, guarding: Guarding): Promise<Objection | undefined> {
  const against = await attempt(proof, guarding, LIMIT);
  if (against?.kind !== 'unreachable' && against?.kind !== 'timeout') return against;
  const seconds = await outwait(proof, guarding);
  if (seconds === undefined) return against;
  guarding.told('waiting');
  await sleep(seconds * 1000);
  return await attempt(proof, guarding, SECOND_LIMIT);
}

interface Refused extends Objection {
  readonly kind?: ConnectionFailure['kind'];
}

async function attempt(proof: Proof, guarding: Guarding, limit: number): Promise<Refused | undefined> {
  const { session, reconnect, user, behind } = guarding;
  const { token, reached } = proof;
  const frames = [{ script: disarmScript(token) }];
  let asked = false;
  try {
    const said = await withNewSession(reconnect, limit, async (fresh, left) => {
      await useWayIn(fresh, guarding, left());
      const lost = reached.length === 0 ? [] : await behind!.lost(reached);
      if (lost.length > 0) return { lost };
      asked = true;
      return answerOf(await fresh.run(user, frames, { timeout: left(), atOnce: true }));
    });
    if (typeof said === 'object') return { reason: `after the change ${said.lost.join('; ')}`, hint: BEHIND };
    if (said === 'disarmed') return undefined;
    if (said === 'late') return { reason: 'the proof of a new connection came too late' };
    return { reason: 'the host went back before the change was proven', undone: AS_BEFORE };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const { failure } = error;
    if (asked) return await settleLost(session, user, frames, proof.began, failure.message);
    return {
      kind: failure.kind,
      reason: `after the change a new connection did not get in: ${failure.message}`,
      hint: hintFor(failure, proof.need, guarding),
    };
  }
}

/** Has the host wait until a firewall that counts connections lets the next one in; undefined where none does. */
async function outwait({ token }: Proof, { session, user }: Guarding): Promise<number | undefined> {
  const frames = [{ script: outwaitScript(token, SECOND_LIMIT / 1000 + 1) }];
  try {
    const said = answerOf(await session.run(user, frames, { timeout: 5_000, atOnce: true }));
    return /^\d+$/.test(said) ? Number(said) : undefined;
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return undefined;
  }
}

const AS_BEFORE = { kind: 'as-before', reachable: true } as const;

/** The new connection got in, but it is not known whether the rollback was called off: the old one can tell. */
async function settleLost(
  session: HostSession,
  user: string,
  frames: readonly { readonly script: ReturnType<typeof disarmScript> }[],
  began: number,
  lost: string,
): Promise<Objection | undefined> {
  try {
    const said = answerOf(await session.run(user, frames, { timeout: 10_000, atOnce: true }));
    if (said === 'disarmed') return undefined;
    // Nobody else can have ended it in this time.
    if (said === 'gone' && performance.now() - began < WINDOW * 1000) return undefined;
    if (said === 'late') return { reason: `the proof of a new connection was cut off: ${lost}` };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
  }
  const reason = 'it was cut off when the rollback was to be called off';
  return { reason: `a new connection got in, but broke: ${lost}`, undone: { kind: 'unknown', reason } };
}

/** Gets as far as the run gets: a shell of the login user, and root's where that is used. */
export async function useWayIn(
  fresh: HostSession,
  { session, loginUser, user }: Guarding,
  timeout: number,
): Promise<void> {
  const used = new Set([...session.users.filter((one) => one === 'root' || one === loginUser), user]);
  await Promise.all([...used].map((one) => fresh.run(one, [{ script: sh`:` }], { timeout, atOnce: true })));
}

/** Opens a connection, uses it and closes it, all within so many milliseconds. */
export async function withNewSession<Value>(
  reconnect: () => Promise<HostSession>,
  limit: number,
  use: (fresh: HostSession, left: () => number) => Promise<Value>,
): Promise<Value> {
  const end = performance.now() + limit;
  const left = (): number => Math.max(1, end - performance.now());
  const opening = reconnect();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const failure = { kind: 'timeout', message: `it was not there within ${Math.round(limit / 1000)} s` };
    timer = setTimeout(() => reject(new ConnectionError(failure as never)), limit);
  });
  let fresh: HostSession;
  try {
    fresh = await Promise.race([opening, late]);
  } catch (error) {
    // Should it come after all, nobody needs it.
    void opening.then((session) => session.close()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
  try {
    return await use(fresh, left);
  } finally {
    await fresh.close();
  }
}

function answerOf({ results }: Awaited<ReturnType<HostSession['run']>>): string {
  return results[0]?.stdout.toString('utf8').trim().split('\n')[0] ?? '';
}
