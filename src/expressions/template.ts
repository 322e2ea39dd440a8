import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Reference } from './reference.ts';
import type { Scope } from './scope.ts';

export type RenderResult =
  | { readonly ok: true; readonly text: string; readonly sensitive: boolean }
  | {
      readonly ok: false;
      readonly kind: 'undefined' | 'unknown' | 'cycle' | 'invalid';
      readonly reason: string;
      readonly diagnostic: Diagnostic;
    };

/** A file template in Liquid. It reads no other file, and is bounded in time and memory. */
export interface FileTemplate {
  readonly references: readonly Reference[];
  /** Syntax errors; when there are any, `render` fails with the first. */
  readonly diagnostics: readonly Diagnostic[];
  render(scope: Scope): RenderResult;
}

/** Never throws. `file` is used in messages only. */
export function compileTemplate(_text: string, _file: string): FileTemplate {
  throw new Error('not written yet');
}
