import type { Change, TextDifference, ToldText } from '../../engine/change.ts';
import type { HostReport, RunOrigin, StepRef, StepReport } from '../../engine/events.ts';
import type { ChangeJson, HostFinishedJson, RunStartedJson, StepFinishedJson } from './event-json.ts';

/** Turns what a stream tells back into what the engine had told. What was left out of the stream stays away. */
export interface FromJson {
  step(event: StepFinishedJson): StepReport;
  host(event: HostFinishedJson, steps: readonly StepReport[]): HostReport;
  ref(step: StepRef): StepRef;
}

const NO_CHANGES: readonly Change[] = [];

/** Hosts have the same steps: each is kept once, however many hosts tell of it. */
export function createFromJson(): FromJson {
  const refs = new Map<string, StepRef>();

  function ref({ id, kind, name, item, file, line, column }: StepRef): StepRef {
    const key = JSON.stringify([id, kind, name, item, file, line, column]);
    const known = refs.get(key) ?? {
      id,
      kind,
      name,
      ...(item === undefined ? {} : { item }),
      file,
      line,
      column,
    };
    refs.set(key, known);
    return known;
  }

  return {
    ref,
    step: ({
      step,
      status,
      changes,
      reason,
      failure,
      ignored,
      always,
      notes,
      assumes,
      output,
      hidden,
      durationMs,
    }) => ({
      step: ref(step),
      status,
      changes: changesOf(changes),
      ...(reason === undefined ? {} : { reason }),
      ...(failure === undefined ? {} : { failure }),
      ...(ignored === true ? { ignored } : {}),
      ...(always === true ? { always } : {}),
      ...(notes === undefined ? {} : { notes }),
      ...(assumes === undefined ? {} : { assumes: assumes.map(ref) }),
      ...(output === undefined ? {} : { output }),
      ...(hidden === undefined ? {} : { hidden }),
      duration: durationMs,
    }),
    host: (event, steps) => ({
      host: event.host,
      status: event.status,
      steps,
      surprises: event.surprises.map(({ step, predicted, made }) => ({
        step: ref(step),
        predicted: changesOf(predicted),
        made: changesOf(made),
      })),
      ...(event.failure === undefined ? {} : { connection: event.failure }),
      ...(event.bug === undefined ? {} : { bug: bugOf(event.bug, event.bugStack) }),
      connections: event.connections,
      roundTrips: event.roundTrips,
      bytesSent: event.bytesSent,
      duration: event.durationMs,
    }),
  };
}

/** What the stream tells of the command line and of the part. */
export function originOf({ options, shard }: RunStartedJson): RunOrigin | undefined {
  if (options === undefined && shard === undefined) return undefined;
  return { options: options ?? {}, ...(shard === undefined ? {} : { shard }) };
}

function bugOf(message: string, stack: string | undefined): NonNullable<HostReport['bug']> {
  return { message, ...(stack === undefined ? {} : { stack }) };
}

function changesOf(changes: readonly ChangeJson[]): readonly Change[] {
  return changes.length === 0 ? NO_CHANGES : changes.map(changeOf);
}

function changeOf(change: ChangeJson): Change {
  const { resource, target, action, attribute, before, after, difference, diff, hidden } = change;
  return {
    resource,
    target,
    action,
    ...(attribute === undefined ? {} : { attribute }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(hidden === undefined ? {} : { hidden }),
    ...(difference === undefined && diff === undefined ? {} : { told: toldText(difference, diff) }),
  };
}

function toldText(difference: ChangeJson['difference'], diff: string | undefined): ToldText {
  return {
    ...(difference === undefined ? {} : { difference: differenceOf(difference) }),
    ...(diff === undefined ? {} : { diff: diff.replace(/\n$/, '').split('\n') }),
  };
}

function differenceOf({
  added = 0,
  removed = 0,
  reason,
  before,
  after,
}: NonNullable<ChangeJson['difference']>): TextDifference {
  if (reason === undefined) return { kind: 'lines', added, removed };
  return {
    kind: 'opaque',
    reason,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
