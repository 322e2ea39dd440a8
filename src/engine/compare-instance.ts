import { conditionHint } from '../expressions/condition-hint.ts';
import { accountLook } from '../looks/account.ts';
import { type EvaluationContext, viewFor } from './evaluation.ts';
import type { Instance } from './expand-step.ts';
import { beforeChanging, StepFailure } from './failure.ts';
import type { GuardNeed } from './guard/need.ts';
import { needOf } from './guard/need-of.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HostLook } from './look.ts';
import { attempt, done, type Outcome, type Seen, unresolved } from './outcome.ts';
import { secretInProcessList } from './process-list.ts';
import type { Comparison } from './step-kind.ts';
import type { Arguments } from './step-memory.ts';
import { variablesOf } from './step-variables.ts';
import { renderTemplate } from './templates.ts';
import type { View } from './view.ts';

/** A step compared with a host. */
export interface Compared {
  readonly comparison: Comparison;
  readonly seen: Seen;
  /** Of `seen` what is looked at again when the step has acted. */
  readonly again: Seen;
  /** The step's arguments, or a template of it, hold a secret. */
  readonly secret: boolean;
  /** Set when the changes can cut the way in. */
  readonly guard?: GuardNeed;
}

/** Compares one round of a step with what is known of the host. Pure but for `context.missing`. */
export function compareInstance(instance: Instance, context: EvaluationContext): Outcome<Compared> {
  const { step, scope } = instance;
  const rendered = new Map<string, string>();
  const seen = new Map<string, HostLook<unknown>>();
  let secret = false;
  const outcome = attempt<Compared>(() => {
    const evaluated = instance.evaluated ?? {};
    evaluated.args ??= argumentsOf(instance);
    if (evaluated.args.kind !== 'done') return evaluated.args;
    const { values: args } = evaluated.args.value;
    secret = evaluated.args.value.secret;
    const view = viewFor(instance, context, { rendered, seen });
    for (const path of step.kind.templates?.(args as never) ?? []) {
      const { text, sensitive } = renderTemplate(
        path,
        scope,
        variablesOf(step, instance.section),
        viewFor(instance, context, {}),
      );
      rendered.set(path, text);
      secret ||= sensitive;
    }
    const comparison = step.kind.compare(args as never, view);
    const effects = view.atRealPaths(comparison.effects);
    const guard = beforeChanging(() => needOf(comparison, effects, view));
    const notes = [...(comparison.notes ?? []), ...unguardedNotes(comparison, guard, view)];
    return done({
      comparison: { ...comparison, effects, ...(notes.length === 0 ? {} : { notes }) },
      seen,
      again: guard === undefined && comparison.changes.length > 0 ? withoutLoginUser(seen, view) : seen,
      secret,
      ...(guard === undefined ? {} : { guard }),
    });
  });
  if (secret || step.noLog === true) keepPlaces(seen, context.state);
  return outcome.kind === 'failed' ? { ...outcome, seen, secret } : outcome;
}

/**
 * Each step that changes a path asks who logs in, to know whether that needs a guard. Where it needs none it has not changed who
 * that is; and to read through the host's users after each of many files would cost it as much as a program.
 */
function withoutLoginUser(seen: Seen, { loginUser }: View): Seen {
  const { key: unchanged } = accountLook(loginUser);
  return new Map([...seen].filter(([, { key }]) => key !== unchanged));
}

/** What `--no-guard` comes to at this step, said before it is done too. */
function unguardedNotes(
  { changes }: Comparison,
  guard: GuardNeed | undefined,
  { guarded, overruled }: View,
): readonly string[] {
  if (guarded || changes.length === 0) return [];
  const refused = [...new Set(overruled)].map((reason) => `refused without --no-guard: ${reason}`);
  return guard === undefined ? refused : [...refused, `without a guard (--no-guard): ${guard.what}`];
}

/** Of what stands there no later run is told a hash. */
function keepPlaces(seen: Seen, { secretPaths }: HostState): void {
  for (const { kind, query } of seen.values()) {
    if (kind.place !== undefined) secretPaths.add(kind.place.of(query as never));
  }
}

/** The arguments of a round in their normal form, unless a condition says that it is none. */
function argumentsOf({ step, scope }: Instance): Outcome<Arguments> {
  return attempt(() => {
    for (const condition of step.when) {
      const holds = condition.evaluate(scope);
      if (!holds.ok) return unresolved('when', holds);
      if (typeof holds.value !== 'boolean') {
        throw new StepFailure(
          `the condition "${condition.source}" gives ${holds.sensitive ? 'a secret' : JSON.stringify(holds.value)}, not true or false`,
          holds.sensitive ? undefined : conditionHint(condition.source, holds.value),
        );
      }
      if (!holds.value) return { kind: 'skipped', reason: `when: ${condition.source}` };
    }
    const args = step.args.evaluate(scope);
    if (!args.ok) return unresolved(step.kind.name, args);
    const seen = args.sensitive ? secretInProcessList(step, scope) : undefined;
    if (seen !== undefined) throw new StepFailure(seen.message, seen.hint, true);
    const normal = step.kind.normalize?.(args.value as Json) ?? (args.value as Json);
    if (!step.args.isConstant) {
      const wrong = step.checkArgs(args.value, args.sensitive);
      if (wrong !== undefined) throw new StepFailure(wrong);
    }
    return done({ values: normal, secret: args.sensitive });
  });
}
