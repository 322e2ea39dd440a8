import type { ScriptInput } from '../shell/input.ts';
import type { Shell } from '../shell/quote.ts';
import type { Change } from './change.ts';
import type { Effect } from './effect.ts';
import { bothNeeds, type GuardNeed } from './guard/need.ts';
import type { Json } from './json.ts';
import type { HashProof } from './look.ts';
import type { View } from './view.ts';

/** A JSON Schema (draft 2020-12) written as a plain object. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * A kind of step. Implementers owe:
 * - `compare` is pure: it sees the host only through the view, never the clock, the network or a file;
 *   called twice with the same view it gives the same result;
 * - with the host as wanted it returns no change;
 * - the changes are complete: apply makes these and no others, and afterwards `compare` returns none;
 * - every change is mirrored by an effect, so that later steps of a dry run see the host as it will be;
 * - what cannot be reached (an owner nobody creates, a missing tool) is a `fail` here, not at apply;
 * - actions are safe to cut off at any moment, and safe to run again.
 */
export interface StepKind<Args = never> {
  /** The key in a playbook, snake_case. */
  readonly name: string;
  /** One line for the reference and the editor. */
  readonly summary: string;
  /** A paragraph or more in Markdown for the step reference. */
  readonly description: string;
  /** The schema of the arguments, with a description and examples on every property. */
  readonly schema: JsonSchema;
  /**
   * Another way to write the arguments: `command: [ls, -l]` for `command: {argv: […]}`. Pure.
   * The schema describes both.
   */
  normalize?(args: Json): Json;
  /** Examples, as arguments with a title; they are validated and shown in the reference. */
  readonly examples: readonly StepExample[];
  /**
   * The controller's template files that these arguments name, relative to the playbook's folder. They are rendered
   * with the step's variables and facts, and `compare` finds the text with `view.rendered(path)`. Pure.
   */
  templates?(args: Args): readonly string[];
  /**
   * Tells by the arguments as written (with their `{{ }}`) that the step changes nothing, ever. Default: it may.
   * Needed where a step cannot be compared before apply. Pure.
   */
  onlyAsks?(args: unknown): boolean;
  /**
   * Members of the arguments that stand in the host's list of processes, where everyone can read them: no secret may be in
   * them, nor in a short form.
   */
  readonly processList?: readonly string[];
  /** What the kind needs on a host, said in one line in the reference. */
  readonly requires?: string;
  compare(args: Args, view: View): Comparison;
}

export interface StepExample {
  readonly title: string;
  readonly args: Json;
}

export interface Comparison {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
  /** The actions that carry the changes out, in order. Called only when there are changes to apply. Pure. */
  readonly actions: () => readonly Action[];
  /** What `register` keeps, besides `changed`. For a command that has not run yet: absent. */
  readonly output?: { readonly [key: string]: Json };
  /**
   * Set when part of the step can only be known after earlier steps are applied (a read-only command that
   * runs what they install). Shown in the dry run as such; compared again at apply.
   */
  readonly deferred?: string;
  /** True when the step runs on every apply and so says nothing about drift (an unguarded command). */
  readonly always?: boolean;
  /** Things worth saying that are no changes. */
  readonly notes?: readonly string[];
  /** Set when the changes can cut this controller's way in, by more than paths that the effects name. */
  readonly guard?: GuardNeed;
}

/**
 * One piece of work on the host. The script runs in a subshell with `set -eu`, LC_ALL=C, umask 077 and the
 * session's functions (see ssh/session/prelude.ts); a non-zero exit fails the step with what it wrote to stderr.
 */
export interface Action {
  /** For messages: what it is doing, "writing /etc/profile.d/go.sh". */
  readonly title: string;
  readonly script: Shell;
  readonly input?: ScriptInput;
  /** Non-zero exits are kept as output and judged by `judge` instead of failing at once. */
  readonly judge?: (result: ActionResult) => ActionVerdict;
  /** Reads from the output that a file's hash was proven on the host, so that it need not be hashed again. */
  readonly proves?: (result: ActionResult) => (HashProof & { readonly path: string }) | undefined;
}

export interface ActionResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface ActionVerdict {
  /** A message when the action counts as failed. */
  readonly failure?: string;
  readonly hint?: string;
  /** What `register` keeps. */
  readonly output?: { readonly [key: string]: Json };
}

/** Nothing to do. */
export function converged(effects: readonly Effect[] = []): Comparison {
  return { changes: [], effects, actions: () => [] };
}

/** Puts several parts of a step together, in order. */
export function combine(...parts: readonly Comparison[]): Comparison {
  const deferred = parts.find((part) => part.deferred !== undefined)?.deferred;
  const guard = parts.map((part) => part.guard).reduce(bothNeeds, undefined);
  return {
    changes: parts.flatMap((part) => part.changes),
    effects: parts.flatMap((part) => part.effects),
    actions: () => parts.flatMap((part) => part.actions()),
    notes: parts.flatMap((part) => part.notes ?? []),
    ...(deferred === undefined ? {} : { deferred }),
    ...(guard === undefined ? {} : { guard }),
  };
}
