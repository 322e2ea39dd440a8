import type { HiddenBecause } from './events.ts';
import type { Json } from './json.ts';

/**
 * One difference between a host and what is wanted, as data. The list of changes is the whole truth about a
 * step: the dry run prints it, the drift check counts it, and apply carries out exactly it.
 */
export interface Change {
  /** The kind of thing that changes, in the field's words: `file`, `directory`, `user`, `ufw rule`, … */
  readonly resource: string;
  /** Which one: a path, a name, a rule. */
  readonly target: string;
  readonly action: 'create' | 'update' | 'delete' | 'run';
  /** The part that changes, for `update`: `mode`, `owner`, `content`, `shell`, … */
  readonly attribute?: string;
  /** What was observed; absent for `create` and `run`. */
  readonly before?: Json;
  /** What is wanted; absent for `delete`. */
  readonly after?: Json;
  /** Both sides of a text, for a unified diff. Kept out of the JSON form, where `before`/`after` hold hashes. */
  readonly text?: ChangedText;
  /** In place of `text`, where a change is only known from its JSON form. */
  readonly told?: ToldText;
  /** Why neither values nor texts are told. */
  readonly hidden?: HiddenBecause;
}

/** The two sides of a changed text. `undefined` is "no such file". */
export interface ChangedText {
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

/** What a diff of two texts would say, in numbers. */
export type TextDifference =
  | { readonly kind: 'lines'; readonly added: number; readonly removed: number }
  /** Not text, or too large, or the old side was not brought here. Sizes in bytes. */
  | {
      readonly kind: 'opaque';
      readonly reason: 'binary' | 'large' | 'unseen';
      readonly before?: number;
      readonly after?: number;
    };

/** What is known of a changed text without its two sides. */
export interface ToldText {
  readonly difference?: TextDifference;
  /** A unified diff, line by line. */
  readonly diff?: readonly string[];
}

/** A change as it goes into JSON lines, plans and comparisons: without the texts. */
export function changeToJson(change: Change): { readonly [key: string]: Json } {
  const { resource, target, action, attribute, before, after, hidden } = change;
  return {
    resource,
    target,
    action,
    ...(attribute === undefined ? {} : { attribute }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(hidden === undefined ? {} : { hidden }),
  };
}
