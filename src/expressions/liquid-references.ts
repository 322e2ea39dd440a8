import type { Liquid, Template } from 'liquidjs';
import type { SourceText } from '../documents/diagnostic.ts';
import type { LineIndex } from '../documents/line-index.ts';
import type { Reference, ReferenceSegment } from './reference.ts';

interface FoundVariable {
  readonly segments: readonly (string | number | FoundVariable)[];
  readonly location: { readonly row: number; readonly col: number };
  toString(): string;
}

/** Every variable that a template takes from outside, and where. `lenient`: offsets of those that may be absent. */
export function liquidReferences(
  liquid: Liquid,
  templates: Template[],
  source: SourceText,
  lines: LineIndex,
  lenient: ReadonlySet<number>,
): readonly Reference[] {
  const { globals } = liquid.analyzeSync(templates, { partials: false });
  const starts = lineStarts(source.text);
  return Object.values(globals)
    .flat()
    .filter((variable) => typeof variable.segments[0] === 'string')
    .map((variable): Reference => {
      const start = (starts[variable.location.row - 1] ?? 0) + variable.location.col - 1;
      const path = variable.segments.map(segment) as unknown as Reference['path'];
      const end = start + writtenLength(source.text, start);
      const optional = lenient.has(start);
      const place = { start, end, range: lines.range(start, end), source };
      return { path, optional, ...(optional ? { optionalFrom: 0 } : {}), ...place };
    });
}

function segment(part: string | number | FoundVariable): ReferenceSegment {
  return typeof part === 'object' ? { dynamic: String(part) } : part;
}

function writtenLength(text: string, start: number): number {
  return (
    /^[\w-]+(?:\.[\w-]+|\["[^"]*"\]|\['[^']*'\]|\[\d+\])*/.exec(text.slice(start, start + 200))?.[0].length ??
    0
  );
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
