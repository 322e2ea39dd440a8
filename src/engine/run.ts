import { maskValue, tellHosts } from '../secrets/mask-value.ts';
import type { ConnectionFailure } from '../ssh/errors.ts';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { Passage } from '../ssh/passage.ts';
import { applyHost } from './apply-host.ts';
import { concealed } from './conceal.ts';
import type { Concurrency } from './concurrency.ts';
import type {
  HostReport,
  HostStatus,
  Listener,
  RunMode,
  RunOrigin,
  RunReport,
  StepReport,
  Surprise,
} from './events.ts';
import type { HostProgram } from './host-program.ts';
import { type HostState, newHostState } from './host-state.ts';
import { HostTime, type TimeLimits, untilAborted } from './host-time.ts';
import type { Json } from './json.ts';
import { LocalAnswers } from './local-answers.ts';
import { lockHost, thisRun, usersToLock } from './lock-host.ts';
import type { HashProof } from './look.ts';
import { factsOf, LookAhead } from './look-ahead.ts';
import { observe, predictLocally } from './observe.ts';
import { failuresOf, type Prediction } from './predict.ts';
import { type OfflineProblem, type Preparation, prepare } from './prepare.ts';
import { SharedReports } from './shared-reports.ts';
import { outcomeReport } from './step-report.ts';
import { surprisesOf } from './surprises.ts';
import { forget } from './touched.ts';
import { Turns } from './turns.ts';

/** What a run needs from outside: connections and memory. The engine knows neither files nor terminals. */
export interface RunOptions {
  readonly mode: RunMode;
  readonly programs: readonly HostProgram[];
  /** Hosts at work at the same time: so many, or as many as the run finds out to be possible. */
  readonly concurrency: number | Concurrency;
  /** Prove everything by content. */
  readonly deep: boolean;
  /**
   * Opens a connection to a host: the one that is used, and where a change can cut the way in another one as proof. That is
   * `urgent`: the host goes back when it does not come in time. Rejects with ConnectionError.
   */
  readonly connect: (host: string, urgent?: true) => Promise<HostSession>;
  /** What other hosts of the run are reached over a host; absent or undefined where it is none. Asked where a change may cut that. */
  readonly passage?: (host: string) => Passage | undefined;
  /** Make changes that can cut the way in without a rollback on the host. Loud, and seldom wise. */
  readonly noGuard?: boolean;
  readonly memory: MemoryStore;
  readonly limits?: TimeLimits;
  /** Milliseconds to wait for another run that is changing a host. Default 10,000. */
  readonly lockWait?: number;
  /** Told with `run-started`. */
  readonly origin?: RunOrigin;
  readonly emit: Listener;
  /** Aborted: no new step is begun, what is under way is finished. */
  readonly signal: AbortSignal;
}

/** Milliseconds. Long enough for a run that has just ended to be gone from the host. */
const LOCK_WAIT = 10_000;

const NOTHING: HostMemory = { proofs: new Map(), facts: new Map() };

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

export type RunResult =
  | { readonly kind: 'refused'; readonly problems: readonly OfflineProblem[] }
  | { readonly kind: 'done'; readonly report: RunReport };

/**
 * Brings the hosts to the wanted state, or says what that would change. Everything that can be found out
 * without a host is found first: when any host's steps cannot succeed, no host is touched at all.
 */
export async function run(given: RunOptions): Promise<RunResult> {
  // Before anything is shortened or laid out for people: of a secret that is cut in two a half would stay.
  const options: RunOptions = { ...given, emit: (event) => given.emit(maskValue(event)) };
  tellHosts(given.programs.map(({ host }) => host));
  const started = performance.now();
  const local = new LocalAnswers();
  const { problems, first } = await prepare(options.programs, options, local);
  if (problems.length > 0) return { kind: 'refused', problems };
  const { emit, mode } = options;
  emit({
    type: 'run-started',
    mode,
    hosts: options.programs.map(({ host }) => host),
    steps: options.programs.reduce((most, program) => Math.max(most, countSteps(program)), 0),
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  const runEnds = started + (options.limits?.run ?? Number.POSITIVE_INFINITY);
  const turns = new Turns({
    concurrency: options.concurrency,
    signal: options.signal,
    told: (change) => emit({ type: 'concurrency', ...change }),
  });
  const fleet: Fleet = {
    ...options,
    local,
    first,
    turns,
    ahead: new LookAhead(),
    holder: thisRun(),
    runEnds,
    shared: new SharedReports(),
  };
  const hosts = await Promise.all(
    options.programs.map((program) => turns.take(() => runHost(program, fleet))),
  );
  const report: RunReport = {
    mode,
    hosts,
    duration: performance.now() - started,
    interrupted: options.signal.aborted,
  };
  emit({ type: 'run-finished', report });
  return { kind: 'done', report: maskValue(report) };
}

/** What all hosts of a run have in common. */
interface Fleet extends RunOptions {
  readonly local: LocalAnswers;
  readonly first: Preparation['first'];
  readonly turns: Turns;
  readonly ahead: LookAhead;
  readonly holder: ReturnType<typeof thisRun>;
  readonly shared: SharedReports;
  /** When the time of the run is over, by the monotonic clock. */
  readonly runEnds: number;
}

function countSteps({ sections }: HostProgram): number {
  return sections.reduce((sum, { steps }) => sum + steps.length, 0);
}

/** What is known of a host begins here and ends here: those that wait, and those that are done, take no room. */
async function runHost(program: HostProgram, fleet: Fleet): Promise<HostReport> {
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
  let remembered = Promise.resolve(NOTHING);
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
    remembered = fleet.memory.load(program.host).catch(() => NOTHING);
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
  const memory = state && {
    proofs: proofsToKeep(state),
    facts: await factsToKeep(program, state, remembered),
  };
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

/** The hash of a short secret gives it away: what stands where one is to be is proven anew by each run. */
function proofsToKeep({ proofs, secretPaths }: HostState): HostMemory['proofs'] {
  if (secretPaths.size === 0) return proofs;
  return new Map([...proofs].filter(([path]) => !secretPaths.has(path)));
}

/** What a host told now, over what it told before: a command that acted has had the run forget what it had not to ask again. */
async function factsToKeep(
  program: HostProgram,
  state: HostState,
  remembered: Promise<HostMemory>,
): Promise<HostMemory['facts']> {
  return new Map([...(await remembered).facts, ...factsOf(program, state)]);
}

/** A host that is logged in to. */
interface OpenHost {
  readonly program: HostProgram;
  readonly state: HostState;
  readonly session: HostSession;
  /** As remembered from an earlier run. */
  readonly facts: HostMemory['facts'];
  readonly time: HostTime;
  readonly reconnect: () => Promise<HostSession>;
}

/** Observes a host, tells what that comes to, and acts where that is wanted; returns what came out otherwise. */
async function lookAndAct(
  { program, state, session, facts, time, reconnect }: OpenHost,
  fleet: Fleet,
  emit: Listener,
): Promise<readonly Surprise[]> {
  const { local, mode, noGuard, passage } = fleet;
  const { signal } = time;
  const host = { program, state, local, mode };
  const first = fleet.first(program) ?? (await predictLocally(host)).forHost;
  const looks = await fleet.ahead.extend(host, first, facts);
  let prediction = await untilAborted(observe(host, looks, session), signal);
  if (acts(prediction, mode)) {
    const holder = { ...fleet.holder, limit: longestStep(program) };
    const locking = { session, holder, wait: fleet.lockWait ?? LOCK_WAIT, emit, signal };
    const fresh = await lockHost(program.host, usersToLock(program, state), locking);
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
  emit({ type: 'host-observed', host: program.host, steps: prediction.steps.length, changes });
  const predicted = predictedReports(prediction).map((report) => fleet.shared.share(report));
  if (acts(prediction, mode)) {
    const guarding =
      noGuard === true
        ? {}
        : { reconnect, ...(passage === undefined ? {} : { passage: () => passage(program.host) }) };
    const left = (): number => time.left;
    const context = { program, state, session, local, emit, prediction, signal, left, ...guarding };
    return surprisesOf(predicted, await applyHost(context));
  }
  for (const report of predicted) emit({ type: 'step-finished', host: program.host, report });
  return [];
}

/** Seconds that any of the steps may take. */
function longestStep({ sections }: HostProgram): number {
  return Math.max(...sections.flatMap(({ steps }) => steps.map(({ timeout }) => timeout)));
}

/** Whether anything is to be done, or can come of some step: otherwise apply would only compare the same again. */
function acts(prediction: Prediction, mode: RunMode): boolean {
  if (mode !== 'apply' || failuresOf(prediction).length > 0) return false;
  return prediction.steps.some(({ instance: { step, ref }, outcome }) => {
    const { status } = outcomeReport(step, ref, outcome, 0);
    return status !== 'ok' && status !== 'skipped';
  });
}

/**
 * The reports of a host that is not acted upon. When a step cannot succeed the host is left alone as a
 * whole, so nothing is listed as a change: the list is what apply would do, and apply would do nothing.
 */
function predictedReports(prediction: Prediction): readonly StepReport[] {
  const refused = failuresOf(prediction).length > 0;
  return prediction.steps.map(({ instance, outcome, assumes }) => {
    const judged = outcomeReport(instance.step, instance.ref, outcome, 0);
    const told = judged.status === 'ok' || judged.status === 'changed';
    const plain = told && assumes.length > 0 ? { ...judged, assumes } : judged;
    if (!refused || plain.status !== 'changed') return plain;
    return { ...plain, status: 'unreached', changes: [], reason: 'another step cannot succeed on this host' };
  });
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
