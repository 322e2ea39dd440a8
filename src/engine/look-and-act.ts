import type { HostSession } from '../ssh/host-session.ts';
import { actingUsers } from './acting-users.ts';
import { applyHost } from './apply-host.ts';
import type { Listener, Surprise } from './events.ts';
import type { AlongFrame } from './fetch.ts';
import type { Fleet } from './fleet.ts';
import { HostLocks } from './host-locks.ts';
import type { HostMemory } from './host-memory.ts';
import { actingUser, type HostProgram } from './host-program.ts';
import type { HostState } from './host-state.ts';
import { type HostTime, untilAborted } from './host-time.ts';
import { observe, predictLocally } from './observe.ts';
import { acts, fileToCome, willAct } from './plan.ts';
import type { Prediction } from './predict.ts';
import { predictedReports } from './predicted-reports.ts';
import { stepRef } from './step-report.ts';
import { surprisesOf } from './surprises.ts';
import { forget } from './touched.ts';

/** Milliseconds. Long enough for a run that has just ended to be gone from the host. */
const LOCK_WAIT = 10_000;

/** A host that is logged in to. */
export interface OpenHost {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly session: HostSession;
  /** As remembered from an earlier run. */
  readonly facts: HostMemory['facts'];
  readonly time: HostTime;
  readonly reconnect: () => Promise<HostSession>;
}

/** Observes a host, tells what that comes to, and acts where that is wanted; returns what came out otherwise. */
export async function lookAndAct(
  { program, state, session, facts, time, reconnect }: OpenHost,
  fleet: Fleet,
  emit: Listener,
): Promise<readonly Surprise[]> {
  const { local, mode, noGuard, passage = () => undefined } = fleet;
  const { signal } = time;
  const host = { program, state, local, mode };
  const first = fleet.first(program) ?? (await predictLocally(host)).forHost;
  const looks = await fleet.ahead.extend(host, first, facts);
  const { holder, lockWait: wait = LOCK_WAIT } = fleet;
  const locks = new HostLocks(program, looks, { session, holder, wait, emit, signal });
  const tryLock = (known: Prediction): AlongFrame | undefined => {
    if (!willAct(known, mode)) return undefined;
    const file = fileToCome(known);
    // The shell of another user, which has to lock the host too, may need the room of what would be opened ahead.
    const allOpen = actingUsers(program).every((user) => session.users.includes(user));
    if (file !== undefined && allOpen) session.expectFile(actingUser(program, file.step), file.size);
    return locks.tryAlong();
  };
  let prediction = await untilAborted(observe(host, looks, session, tryLock), signal);
  if (acts(prediction, mode)) {
    const fresh = await locks.get(state);
    if (!fresh) {
      // Another run may have changed what was seen.
      forget(state.looks, state);
      prediction = await untilAborted(observe(host, looks, session), signal);
    }
  }
  const changes = prediction.steps.reduce(
    (sum, { outcome }) => sum + (outcome.kind === 'done' ? outcome.value.comparison.changes.length : 0),
    0,
  );
  const steps = prediction.steps.length;
  const acting = acts(prediction, mode);
  const planned = acting ? { planned: program.sections.flatMap((one) => one.steps.map(stepRef)) } : {};
  emit({ type: 'host-observed', host: program.host, steps, changes, ...planned });
  const predicted = predictedReports(prediction).map((report) => fleet.shared.share(report));
  if (acting) {
    const guarding = noGuard === true ? {} : { reconnect, passage: () => passage(program.host) };
    const left = (): number => time.left;
    const context = { program, state, session, local, emit, prediction, signal, left, ...guarding };
    return surprisesOf(predicted, await applyHost(context));
  }
  for (const report of predicted) emit({ type: 'step-finished', host: program.host, report });
  return [];
}
