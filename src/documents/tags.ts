/** What a tag of our own makes of the value behind it. */
export type ReadTag =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/**
 * Reads the values of tags that YAML itself does not know, such as `!vault`; undefined for an unknown tag. `line` is the
 * tag's, and counts from 1.
 */
export type TagReader = (tag: string, value: unknown, line: number) => ReadTag | undefined;
