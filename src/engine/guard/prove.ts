import { sh } from '../../shell/quote.ts';
import { ConnectionError } from '../../ssh/errors.ts';
import type { HostSession } from '../../ssh/host-session.ts';
import type { Guarding, Objection } from './guarded.ts';
import { WINDOW } from './host-files.ts';
import { disarmScript } from './release.ts';

/** Milliseconds for a new connection and all that is asked of it; less than the host waits. */
const LIMIT = 18_000;

/**
 * Tries the way in by a new connection: TCP, login, and the privilege that the run uses. Over it the rollback is called
 * off, so that it must have got all the way.
 *
 * @param began when the change was begun, by `performance.now()`.
 * @returns undefined when the change may stay, else why not.
 */
export async function prove(
  token: string,
  guarding: Guarding,
  began: number,
): Promise<Objection | undefined> {
  const { session, reconnect, user } = guarding;
  const frames = [{ script: disarmScript(token) }];
  let asked = false;
  try {
    const said = await withNewSession(reconnect, LIMIT, async (fresh, left) => {
      await useWayIn(fresh, guarding, left());
      asked = true;
      return answerOf(await fresh.run(user, frames, { timeout: left(), atOnce: true }));
    });
    if (said === 'disarmed') return undefined;
    if (said === 'late') return { reason: 'the proof of a new connection came too late' };
    return { reason: 'the host went back before the change was proven', undone: AS_BEFORE };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const { kind, message } = error.failure;
    if (!asked) {
      const why = `after the change a new connection did not get in: ${message}`;
      // What is said of a login that never worked would lead astray: this one had worked until the change.
      return {
        reason: why,
        hint: kind === 'unreachable' ? `${SEE_LOG}; ${LIMITED}` : `${SEE_LOG}; ${SAME_LOGIN}`,
      };
    }
    return await settleLost(session, user, frames, began, message);
  }
}

const SEE_LOG =
  'what the change does to logins is in the host\'s log (journalctl -u ssh), see also "After a rollback" in docs/operations.md';

const SAME_LOGIN = 'the new connection logs in as this run did, with its keys and passwords';

/** A firewall does not say that it refuses a connection for their number. */
const LIMITED =
  'does a firewall limit how many connections come in a minute ("limit" of ufw, fail2ban)? Each guarded step makes one more';

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
