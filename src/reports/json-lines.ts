import { type Change, changeToJson, type TextDifference } from '../engine/change.ts';
import type {
  EngineEvent,
  HostReport,
  Listener,
  StepProblem,
  StepRef,
  StepReport,
} from '../engine/events.ts';
import type { Json } from '../engine/json.ts';
import { outcomeOf } from './outcome.ts';
import { differenceOf, diffOf } from './text-change.ts';

/** The version of the format that docs/json-events.md describes; it changes when a reader would break. */
export const JSON_FORMAT = 1;

export interface JsonLinesOptions {
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
  /** Add unified diffs to changes of texts. */
  readonly diff: boolean;
  /** The wall clock, as ISO 8601. */
  readonly now: () => string;
}

type JsonObject = { readonly [key: string]: Json };

/** Every event as one JSON object on a line of its own, for programs. See docs/json-events.md. */
export function jsonLinesReport({ write, diff, now }: JsonLinesOptions): Listener {
  return (event) => write(JSON.stringify({ event: event.type, time: now(), ...eventFields(event, diff) }));
}

function eventFields(event: EngineEvent, diff: boolean): JsonObject {
  switch (event.type) {
    case 'run-started':
      return startFields(event);
    case 'concurrency':
      return { limit: event.limit, reason: event.reason };
    case 'host-started':
    case 'host-connected':
      return { host: event.host };
    case 'host-waiting':
      return { host: event.host, holder: event.holder };
    case 'host-observed':
      return { host: event.host, steps: event.steps, changes: event.changes };
    case 'step-started':
      return { host: event.host, step: stepFields(event.step), action: event.action };
    case 'step-finished':
      return { host: event.host, ...reportFields(event.report, diff) };
    case 'step-retried': {
      const { host, step, attempt, problem } = event;
      return { host, step: stepFields(step), attempt, failure: problemFields(problem) };
    }
    case 'guard': {
      const { host, step, state, what, reason } = event;
      return { host, step: stepFields(step), state, what, ...(reason === undefined ? {} : { reason }) };
    }
    case 'transfer':
      return { host: event.host, step: stepFields(event.step), sent: event.sent, total: event.total };
    case 'host-finished':
      return hostFields(event.report);
    case 'run-finished': {
      const { mode, interrupted, duration } = event.report;
      return { mode, interrupted, durationMs: Math.round(duration), ...outcomeOf(event.report) };
    }
  }
}

function startFields({
  mode,
  hosts,
  steps,
  origin,
}: Extract<EngineEvent, { type: 'run-started' }>): JsonObject {
  return {
    format: JSON_FORMAT,
    mode,
    hosts,
    steps,
    ...(origin === undefined ? {} : { options: origin.options }),
    ...(origin?.shard === undefined ? {} : { shard: { ...origin.shard } }),
  };
}

function stepFields({ id, kind, name, item, file, line, column }: StepRef): JsonObject {
  return { id, kind, name, ...(item === undefined ? {} : { item }), file, line, column };
}

function reportFields(report: StepReport, diff: boolean): JsonObject {
  const { step, status, changes, reason, failure, ignored, always, notes, assumes, output, hidden } = report;
  return {
    step: stepFields(step),
    status,
    changes: changes.map((change) => changeFields(change, diff)),
    ...(reason === undefined ? {} : { reason }),
    ...(failure === undefined ? {} : { failure: problemFields(failure) }),
    ...(ignored === true ? { ignored } : {}),
    ...(always === true ? { always } : {}),
    ...(notes === undefined || notes.length === 0 ? {} : { notes }),
    ...(assumes === undefined ? {} : { assumes: assumes.map(stepFields) }),
    ...(output === undefined ? {} : { output }),
    ...(hidden === undefined ? {} : { hidden }),
    durationMs: Math.round(report.duration),
  };
}

function changeFields(change: Change, diff: boolean): JsonObject {
  const lines = diff ? diffOf(change) : undefined;
  // Of a new text a summary says nothing but its diff.
  const difference = diff || change.action === 'update' ? differenceOf(change) : undefined;
  return {
    ...changeToJson(change),
    ...(difference === undefined ? {} : { difference: differenceFields(difference) }),
    ...(lines === undefined ? {} : { diff: `${lines.join('\n')}\n` }),
  };
}

function differenceFields({ kind: _, ...numbers }: TextDifference): JsonObject {
  return numbers;
}

function problemFields({ message, hint, stderr, unknown, rolledBack, lockout }: StepProblem): JsonObject {
  return {
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(stderr === undefined ? {} : { stderr }),
    ...(unknown === true ? { unknown } : {}),
    ...(rolledBack === true ? { rolledBack } : {}),
    ...(lockout === true ? { lockout } : {}),
  };
}

function hostFields(report: HostReport): JsonObject {
  const { host, status, connection, bug, connections, roundTrips, bytesSent, duration, surprises } = report;
  return {
    host,
    status,
    ...(connection === undefined ? {} : { failure: { ...connection } }),
    ...(bug === undefined ? {} : { bug: bug.message }),
    ...(bug?.stack === undefined ? {} : { bugStack: bug.stack }),
    surprises: surprises.map(({ step, predicted, made }) => ({
      step: stepFields(step),
      predicted: predicted.map((change) => changeFields(change, false)),
      made: made.map((change) => changeFields(change, false)),
    })),
    connections,
    roundTrips,
    bytesSent,
    durationMs: Math.round(duration),
  };
}
