import { ConnectionError, type ConnectionFailure } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import { concealed } from './conceal.ts';
import type { HostReport, HostStatus, Listener, StepReport, Surprise } from './events.ts';
import type { Fleet } from './fleet.ts';
import { EMPTY_MEMORY, memoryToKeep } from './host-memory.ts';
import type { HostProgram } from './host-program.ts';
import { type HostState, newHostState } from './host-state.ts';
import { HostTime, untilAborted } from './host-time.ts';
import { lookAndAct } from './look-and-act.ts';

/** What is known of a host begins here and ends here: those that wait, and those that are done, take no room. */
export async function runHost(program: HostProgram, fleet: Fleet): Promise<HostReport> {
  const { emit, local, mode } = fleet;
  const started = performance.now();
  const time = new HostTime(fleet.signal, fleet.limits ?? {}, fleet.runEnds);
  let session: HostSession | undefined;
  // Kept as they end: what was done before a connection broke was done.
  const steps: StepReport[] = [];
  let surprises: readonly Surprise[] = [];
  let connection: ConnectionFailure | undefined;
  let bug: HostReport['bug'];
  let bytesSent = 0;
  const sessions: HostSession[] = [];
  const reconnect = async (): Promise<HostSession> => {
    const another = await fleet.connect(program.host, true);
    sessions.push(another);
    return another;
  };
  let state: HostState | undefined;
  let remembered = Promise.resolve(EMPTY_MEMORY);
  const listener: Listener = (event) => {
    if (event.type === 'transfer' && event.sent === event.total) bytesSent += event.total;
    if (event.type !== 'step-finished') return emit(event);
    const report = concealed(event.report);
    steps.push(report);
    emit({ ...event, report });
  };
  try {
    if (time.failure !== undefined) throw new ConnectionError(beforeItsTurn(time.failure));
    emit({ type: 'host-started', host: program.host });
    remembered = fleet.memory.load(program.host).catch(() => EMPTY_MEMORY);
    session = await fleet.turns.connect(() => connectUntil(program.host, fleet, time.signal));
    sessions.push(session);
    emit({ type: 'host-connected', host: program.host });
    const { proofs, facts } = await remembered;
    state = newHostState(new Map(proofs), fleet.deep, local.ready, mode === 'drift', fleet.noGuard);
    if (session.loggedInBy !== undefined) state.loggedInBy = session.loggedInBy;
    surprises = await lookAndAct({ program, state, session, facts, time, reconnect }, fleet, listener);
    if (steps.some(({ status }) => status === 'unreached')) connection = time.failure;
  } catch (error) {
    if (error instanceof ConnectionError) connection = error.failure;
    else bug = describeBug(error);
  }
  const memory = state && memoryToKeep(program, state, await remembered);
  // What the host answered must not wait for the end of its connection: it may be much, and of many hosts.
  state = undefined;
  time.end();
  await session?.close();
  if (memory !== undefined) await fleet.memory.save(program.host, memory).catch(() => {});
  const report: HostReport = {
    host: program.host,
    status: bug === undefined ? statusOf(steps, connection) : 'failed',
    steps,
    surprises,
    ...(connection === undefined ? {} : { connection }),
    ...(bug === undefined ? {} : { bug }),
    connections: sessions.length,
    roundTrips: sessions.reduce((sum, one) => sum + one.roundTrips, 0),
    bytesSent,
    duration: performance.now() - started,
  };
  emit({ type: 'host-finished', host: program.host, report });
  return report;
}

function statusOf(steps: readonly StepReport[], connection: ConnectionFailure | undefined): HostStatus {
  if (steps.some((step) => step.status === 'failed' && step.ignored !== true)) return 'failed';
  if (connection !== undefined) return 'unreachable';
  return steps.some((step) => step.changes.length > 0) ? 'changed' : 'ok';
}

function describeBug(error: unknown): NonNullable<HostReport['bug']> {
  if (!(error instanceof Error)) return { message: String(error) };
  return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) };
}

function beforeItsTurn(failure: ConnectionFailure): ConnectionFailure {
  return { ...failure, message: `${failure.message} before its turn came` };
}

/** Connects, and does not wait for that any longer when the host's work has to end. */
function connectUntil(host: string, { connect }: Fleet, signal: AbortSignal): Promise<HostSession> {
  const opening = connect(host);
  return untilAborted(opening, signal).catch((error: unknown) => {
    // It may yet come about.
    void opening.then((session) => session.close()).catch(() => {});
    throw error;
  });
}
