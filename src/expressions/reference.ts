import type { Range, SourceText } from '../documents/diagnostic.ts';

/** A member whose name is only known when the expression is evaluated: `sha256[facts.arch]`. */
interface DynamicSegment {
  /** The index expression as written. */
  readonly dynamic: string;
}

export type ReferenceSegment = string | number | DynamicSegment;

/** One use of a variable: `go.sha256[facts.arch]` has path `['go', 'sha256', {dynamic: 'facts.arch'}]`. */
export interface Reference {
  /** Root identifier first, then the members as far as they are written. */
  readonly path: readonly [string, ...ReferenceSegment[]];
  /** Some part of it is guarded by `has()`, `default()`, `defined()` or `.?`: its absence is no error. */
  readonly optional: boolean;
  /** Index in `path` of the first segment that may be absent; set when `optional`. */
  readonly optionalFrom?: number;
  /** What it is compared with, where that is written out: `facts.os == "linux"`. */
  readonly compared?: ComparedWith;
  /** Its value, as it is, becomes part of a longer text: `/srv/{{ inventory_hostname }}`. */
  readonly withinText?: boolean;
  /** Offsets in the expression's own text. */
  readonly start: number;
  readonly end: number;
  /** Place of the expression's text in its file, when it came from one. */
  readonly range?: Range;
  readonly source?: SourceText;
}

/** The other side of a comparison. */
export interface ComparedWith {
  readonly operator: '==' | '!=' | 'in';
  /** Texts; those of the list for `in`. */
  readonly literals: readonly string[];
}

/** The names of the facts that are used. `dynamic`: one is chosen at run time, so all of them are needed. */
export interface NamedFacts {
  readonly names: readonly string[];
  readonly dynamic: boolean;
}

/** Which facts the references need. See `expandReferences` for those reached through variables. */
export function factsNamed(references: readonly Reference[], root = 'facts'): NamedFacts {
  const names = new Set<string>();
  let dynamic = false;
  for (const { path } of references) {
    if (path[0] !== root) continue;
    if (typeof path[1] === 'string') names.add(path[1]);
    else dynamic = true;
  }
  return { names: [...names].sort(), dynamic };
}

/** A path as it would be written: `go.sha256[facts.arch]`, `list[0]`, `map["a-b"]`. */
export function writePath(path: readonly ReferenceSegment[]): string {
  return path
    .map((segment, index) => {
      if (typeof segment === 'object') return `[${segment.dynamic}]`;
      if (typeof segment === 'number') return `[${segment}]`;
      if (index === 0) return segment;
      return /^[A-Za-z_]\w*$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
    })
    .join('');
}
