import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processUser } from '../controller/process-user.ts';
import { accountLook } from '../looks/account.ts';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { LockHolder } from '../ssh/lock-script.ts';
import type { Listener } from './events.ts';
import { actingUser, type HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import { storeKey } from './store-key.ts';

/** Milliseconds between two tries. */
const PAUSE = 500;

interface Locking {
  readonly session: HostSession;
  readonly holder: LockHolder;
  /** Milliseconds. */
  readonly wait: number;
  readonly emit: Listener;
  readonly signal: AbortSignal;
}

/**
 * Gets the locks of a host, one for each user as whom this run may act: those of the users as whom others may act are of no
 * concern. All before anything is changed, and in one order for all runs, so that none has what another waits for.
 *
 * @returns whether no other run has had one of them since this run first looked at the host.
 * @throws ConnectionError of kind `locked` when another run does not give one back in time.
 */
export async function lockHost(host: string, users: readonly string[], locking: Locking): Promise<boolean> {
  let fresh = true;
  const until = performance.now() + locking.wait;
  for (const user of users) fresh = (await lockUser(host, user, until, locking)) && fresh;
  return fresh;
}

async function lockUser(
  host: string,
  user: string,
  until: number,
  { session, holder, emit, signal }: Locking,
): Promise<boolean> {
  for (let told = false; ; ) {
    const answer = await session.lock(user, holder);
    if (answer.kind === 'held') return answer.fresh;
    if (answer.kind === 'impossible') {
      throw locked(
        `the host cannot be locked against other runs: ${answer.message}`,
        'mend that on the host, so that no two runs change it at the same time',
      );
    }
    if (performance.now() >= until) {
      throw locked(
        `another run is changing this host: ${answer.holder}`,
        'nothing was changed here; run again when the other run is done, or wait for it with --lock-timeout',
      );
    }
    if (!told) emit({ type: 'host-waiting', host, holder: answer.holder });
    told = true;
    await sleep(Math.min(PAUSE, until - performance.now()), undefined, { signal }).catch(() => {});
    if (signal.aborted) {
      throw new ConnectionError({
        kind: 'interrupted',
        message: 'the run was interrupted while it waited for another one',
      });
    }
  }
}

function locked(message: string, hint: string): ConnectionError {
  return new ConnectionError({ kind: 'locked', message, hint });
}

/**
 * The users as whom a run acts on a host, root first. One that the run is yet to create has no shell to lock with: who creates
 * it has root's lock.
 */
export function usersToLock(program: HostProgram, state: HostState): readonly string[] {
  const users = new Set<string>();
  for (const { steps } of program.sections) for (const step of steps) users.add(actingUser(program, step));
  const isThere = (user: string): boolean => {
    if (user === 'root' || user === program.loginUser) return true;
    const account = state.answers.get(storeKey(accountLook(user), program.loginUser));
    return (account as { readonly exists?: boolean } | undefined)?.exists === true;
  };
  const order = (user: string): string => (user === 'root' ? '' : user);
  return [...users].filter(isThere).sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** This process, as other runs are told of it. */
export function thisRun(): Omit<LockHolder, 'limit'> {
  const who = `${processUser() ?? `user ${process.getuid?.() ?? 'unknown'}`}@${hostname()}`;
  const run = randomBytes(4).toString('hex');
  return { run, who: `${who} (process ${process.pid}, run ${run})` };
}
