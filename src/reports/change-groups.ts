import type { Change } from '../engine/change.ts';
import type { HostReport, HostStatus, StepRef, StepReport } from '../engine/events.ts';
import type { Json } from '../engine/json.ts';
import { type Common, commonText, groupAlike } from './own-name.ts';

/** Hosts on which the same things change, in the order of the run. */
export interface ChangeGroup {
  readonly hosts: readonly string[];
  readonly status: HostStatus;
  readonly steps: readonly ChangedStep[];
  /** Changes on each of the hosts. */
  readonly count: number;
}

/** A step (all rounds of its loop together) with its changes. */
export interface ChangedStep {
  readonly step: StepRef;
  readonly changes: readonly VariedChange[];
}

/** One change on all hosts of a group: the same thing, but values may differ from host to host. */
export interface VariedChange {
  /** That of the first host; the target has `<host>` where each host has its name. */
  readonly change: Change;
  readonly before: readonly Variant<Json | undefined>[];
  readonly after: readonly Variant<Json | undefined>[];
  /** The pairs of before and after that occur. */
  readonly pairs: readonly Variant<Change>[];
}

export interface Variant<Value> {
  readonly value: Value;
  readonly hosts: readonly string[];
}

/** Which steps' changes are told. */
export type StepFilter = (step: StepReport) => boolean;

/** Puts hosts together whose changes are the same in kind: what, where and which attribute. */
export function groupChanges(hosts: readonly HostReport[], counts: StepFilter): readonly ChangeGroup[] {
  const changed = hosts.flatMap((host) => {
    const steps = host.steps.filter((step) => step.status === 'changed' && counts(step));
    return steps.length === 0 ? [] : [{ host, steps }];
  });
  const groups = groupAlike(
    changed,
    ({ host }) => host.host,
    ({ host, steps }, common) => [
      host.status,
      steps.map(({ step, changes }) => [step.id, stepWords(step, common), shapesOf(changes, common)]),
    ],
  );
  return groups.map((members) => ({
    hosts: members.map(({ host }) => host.host),
    status: members[0]!.host.status,
    steps: mergeRounds(
      members[0]!.steps.map((_, at) => ({
        step: commonStep(members.map(({ host, steps }) => ({ host: host.host, step: steps[at]!.step }))),
        changes: varied(members.map(({ host, steps }) => ({ host: host.host, changes: steps[at]!.changes }))),
      })),
    ),
    count: members[0]!.steps.reduce((sum, { changes }) => sum + changes.length, 0),
  }));
}

/** What a step is called. */
export function stepWords({ name, item }: StepRef, common: Common): readonly unknown[] {
  return [common(name), item === undefined ? undefined : common(item)];
}

/** The same step on several hosts (at least one), called what they have in common. */
export function commonStep(hosts: readonly { readonly host: string; readonly step: StepRef }[]): StepRef {
  const { item, ...step } = hosts[0]!.step;
  const name = commonText(hosts.map((one) => [one.host, one.step.name]));
  if (item === undefined) return { ...step, name };
  return { ...step, name, item: commonText(hosts.map((one) => [one.host, one.step.item ?? ''])) };
}

/** Everything of changes that makes hosts belong together. */
export function shapesOf(changes: readonly Change[], common: Common): readonly unknown[] {
  return changes.map(({ resource, target, action, attribute, hidden }) => [
    resource,
    common(target),
    action,
    attribute,
    hidden,
  ]);
}

/** Changes of the same shape on several hosts (at least one). */
export function varied(
  hosts: readonly { readonly host: string; readonly changes: readonly Change[] }[],
): readonly VariedChange[] {
  return hosts[0]!.changes.map((change, at) => {
    const pairs = hosts.map(({ host, changes }) => ({ host, value: changes[at]! }));
    return {
      change: { ...change, target: commonText(pairs.map(({ host, value }) => [host, value.target])) },
      before: variants(pairs.map(({ host, value }) => ({ host, value: value.before }))),
      after: variants(pairs.map(({ host, value }) => ({ host, value: value.after }))),
      pairs: variants(pairs, ({ before, after }) => [before, after]),
    };
  });
}

function variants<Value>(
  values: readonly { readonly host: string; readonly value: Value }[],
  identity: (value: Value) => unknown = (value) => value,
): readonly Variant<Value>[] {
  const found = new Map<string, { value: Value; hosts: string[] }>();
  for (const { host, value } of values) {
    const key = JSON.stringify(identity(value)) ?? '';
    const variant = found.get(key);
    if (variant === undefined) found.set(key, { value, hosts: [host] });
    else variant.hosts.push(host);
  }
  return [...found.values()];
}

/** The rounds of a loop are told under one heading. */
function mergeRounds(steps: readonly ChangedStep[]): readonly ChangedStep[] {
  const merged: ChangedStep[] = [];
  for (const one of steps) {
    const last = merged.at(-1);
    if (last?.step.id !== one.step.id || last.step.name !== one.step.name) {
      merged.push(one);
      continue;
    }
    const { item: _, ...step } = last.step;
    merged[merged.length - 1] = { step, changes: [...last.changes, ...one.changes] };
  }
  return merged;
}
