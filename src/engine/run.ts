import type { ConnectionFailure } from '../ssh/errors.ts';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import { applyHost } from './apply-host.ts';
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
import { newHostState } from './host-state.ts';
import { LocalAnswers } from './local-answers.ts';
import type { HashProof } from './look.ts';
import { type HostLooks, type Observed, observe, predictLocally, SharedLooks } from './observe.ts';
import { failuresOf, type Prediction } from './predict.ts';
import { outcomeReport } from './step-report.ts';
import { surprisesOf } from './surprises.ts';
import { Turns } from './turns.ts';

/** What a run needs from outside: connections and memory. The engine knows neither files nor terminals. */
export interface RunOptions {
  readonly mode: RunMode;
  readonly programs: readonly HostProgram[];
  /** Hosts at work at the same time: so many, or as many as the run finds out to be possible. */
  readonly concurrency: number | Concurrency;
  /** Prove everything by content. */
  readonly deep: boolean;
  /** Opens the one connection to a host. Rejects with ConnectionError. */
  readonly connect: (host: string) => Promise<HostSession>;
  readonly proofs: ProofStore;
  /** Told with `run-started`. */
  readonly origin?: RunOrigin;
  readonly emit: Listener;
  /** Aborted: no new step is begun, what is under way is finished. */
  readonly signal: AbortSignal;
}

/** Keeps from run to run which files of a host were proven, so that an untouched file is not hashed again. */
export interface ProofStore {
  load(host: string): Promise<Map<string, HashProof>>;
  save(host: string, proofs: ReadonlyMap<string, HashProof>): Promise<void>;
}

/** A problem found before any host was asked. */
export interface OfflineProblem {
  readonly host: string;
  readonly step: StepReport['step'];
  readonly message: string;
  readonly hint?: string;
}

export type RunResult =
  | { readonly kind: 'refused'; readonly problems: readonly OfflineProblem[] }
  | { readonly kind: 'done'; readonly report: RunReport };

/**
 * Brings the hosts to the wanted state, or says what that would change. Everything that can be found out
 * without a host is found first: when any host's steps cannot succeed, no host is touched at all.
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const local = new LocalAnswers();
  const shared = new SharedLooks();
  const prepared: PreparedHost[] = [];
  const problems: OfflineProblem[] = [];
  for (const program of options.programs) {
    const state = newHostState(await options.proofs.load(program.host), options.deep, local.ready);
    const host: Observed = { program, state, local, mode: options.mode };
    const { prediction, forHost } = await predictLocally(host);
    prepared.push({ ...host, first: shared.share(forHost) });
    problems.push(...offlineProblems(program, prediction));
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  const { emit, mode } = options;
  emit({
    type: 'run-started',
    mode,
    hosts: options.programs.map(({ host }) => host),
    steps: Math.max(
      0,
      ...options.programs.map(({ sections }) => sections.reduce((n, s) => n + s.steps.length, 0)),
    ),
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
  const { concurrency, signal } = options;
  const turns = new Turns({
    concurrency,
    signal,
    told: (change) => emit({ type: 'concurrency', ...change }),
  });
  const hosts = await Promise.all(prepared.map((host) => turns.take(() => runHost(host, options, turns))));
  const report: RunReport = {
    mode,
    hosts,
    duration: performance.now() - started,
    interrupted: options.signal.aborted,
  };
  emit({ type: 'run-finished', report });
  return { kind: 'done', report };
}

/** A host that is about to be asked. */
interface PreparedHost extends Observed {
  readonly first: HostLooks;
}

function offlineProblems({ host }: HostProgram, prediction: Prediction): readonly OfflineProblem[] {
  return failuresOf(prediction).map(({ instance, problem }) => ({
    host,
    step: instance.ref,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
  }));
}

async function runHost(prepared: PreparedHost, options: RunOptions, turns: Turns): Promise<HostReport> {
  const { program, state, local, first } = prepared;
  const { emit } = options;
  const started = performance.now();
  let session: HostSession | undefined;
  // Kept as they end: what was done before a connection broke was done.
  const steps: StepReport[] = [];
  let surprises: readonly Surprise[] = [];
  let connection: ConnectionFailure | undefined;
  let bug: HostReport['bug'];
  let bytesSent = 0;
  const listener: Listener = (event) => {
    if (event.type === 'transfer' && event.sent === event.total) bytesSent += event.total;
    if (event.type === 'step-finished') steps.push(event.report);
    emit(event);
  };
  try {
    if (options.signal.aborted) throw interrupted();
    emit({ type: 'host-started', host: program.host });
    session = await turns.connect(() => options.connect(program.host));
    emit({ type: 'host-connected', host: program.host });
    const prediction = await observe(prepared, first, session);
    const changes = prediction.steps.reduce(
      (sum, { outcome }) => sum + (outcome.kind === 'done' ? outcome.value.comparison.changes.length : 0),
      0,
    );
    emit({ type: 'host-observed', host: program.host, steps: prediction.steps.length, changes });
    const context = { program, state, session, local, emit: listener, prediction, signal: options.signal };
    const predicted = predictedReports(prediction);
    if (options.mode === 'apply' && failuresOf(prediction).length === 0 && !predicted.every(needsNothing)) {
      surprises = surprisesOf(predicted, await applyHost(context));
    } else {
      for (const report of predicted) listener({ type: 'step-finished', host: program.host, report });
    }
  } catch (error) {
    if (error instanceof ConnectionError) connection = error.failure;
    else bug = describeBug(error);
  } finally {
    // Hosts that are done must not fill the memory: what they answered may hold files.
    state.answers.clear();
    state.looks.clear();
    await session?.close();
    await options.proofs.save(program.host, state.proofs);
  }
  const report: HostReport = {
    host: program.host,
    status: bug === undefined ? statusOf(steps, connection) : 'failed',
    steps,
    surprises,
    ...(connection === undefined ? {} : { connection }),
    ...(bug === undefined ? {} : { bug }),
    connections: session === undefined ? 0 : 1,
    roundTrips: session?.roundTrips ?? 0,
    bytesSent,
    duration: performance.now() - started,
  };
  emit({ type: 'host-finished', host: program.host, report });
  return report;
}

/** Nothing is to be done, and nothing can come of the other steps: apply would only compare the same again. */
function needsNothing({ status }: StepReport): boolean {
  return status === 'ok' || status === 'skipped';
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

function interrupted(): ConnectionError {
  return new ConnectionError({
    kind: 'interrupted',
    message: 'the run was interrupted before its turn came',
  });
}
