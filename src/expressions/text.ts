import type { Diagnostic, Range } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { compileExpression, type Expression } from './expression.ts';
import { splitText } from './interpolation.ts';
import { jinjaBlocks } from './jinja.ts';
import type { Reference } from './reference.ts';
import type { EvaluationFailure, ValueFailure, ValueResult } from './result.ts';
import type { Scope } from './scope.ts';
import { type CompiledValue, constant } from './value.ts';

type Part = string | { readonly expression: Expression; readonly start: number };

/** Characters; variables that hold one another twice would double it again and again. */
const LONGEST = 16_000_000;
const TOO_LONG = {
  ok: false,
  kind: 'invalid',
  // Not by toLocaleString: for the commas Node would load its tables of languages, which takes 10 ms.
  reason: `the text is longer than ${String(LONGEST).replace(/\B(?=(\d{3})+$)/g, ',')} characters`,
  hint: 'send a large file with an "upload" step',
} as const;

/** Whether a text stands for itself: nothing in it is evaluated, and nothing is wrong with it. */
export function isLiteral(text: string): boolean {
  return !text.includes('{{') && jinjaBlocks(text).length === 0;
}

/** Compiles one text with `{{ }}`. See `compileValue`. */
export function compileText(text: string, document: SourceDocument | undefined, path: Path): CompiledValue {
  if (isLiteral(text)) return constant(text);
  const parts: Part[] = [];
  const diagnostics: Diagnostic[] = [];

  function place(start: number, end: number): Range | undefined {
    return document?.locateWithin(path, start, end);
  }

  for (const part of splitText(text)) {
    if (part.kind === 'text') {
      parts.push(part.text);
      const [block] = jinjaBlocks(part.text);
      // The first one tells enough: what follows belongs to it.
      if (block === undefined || diagnostics.some(({ code }) => code === JINJA)) continue;
      const { kind, start, end } = block;
      diagnostics.push(foreignBlock(kind, document, place(part.start + start, part.start + end)));
    } else if (part.kind === 'unclosed') diagnostics.push(unclosed(document, place(part.start, part.end)));
    else {
      const origin = document && {
        document,
        range: document.locateWithin(path, part.start, part.end),
        locate: (start: number, end: number) =>
          document.locateWithin(path, part.start + start, part.start + end),
      };
      const compiled = compileExpression(part.source, origin);
      diagnostics.push(...compiled.diagnostics);
      if (compiled.expression) parts.push({ expression: compiled.expression, start: part.start });
    }
  }

  function failed(failure: EvaluationFailure, part: Exclude<Part, string>): ValueFailure {
    const start = part.start + (failure.start ?? 0);
    const end = part.start + (failure.end ?? part.expression.source.length);
    const range = place(start, end);
    return { ...failure, path: [], ...(range && document ? { range, source: document } : {}) };
  }

  function evaluate(scope: Scope): ValueResult {
    const broken = diagnostics[0];
    if (broken) return syntaxFailure(broken);
    const only = parts[0];
    if (parts.length === 1 && typeof only === 'object') {
      const result = only.expression.evaluate(scope);
      return result.ok ? result : failed(result, only);
    }
    let joined = '';
    let sensitive = false;
    let unknown: ValueFailure | undefined;
    for (const part of parts) {
      if (typeof part === 'string') {
        joined += part;
        continue;
      }
      const result = part.expression.evaluate(scope);
      const rendered = result.ok ? render(result.value) : result;
      if (typeof rendered === 'string' && joined.length + rendered.length > LONGEST)
        return failed(TOO_LONG, part);
      if (typeof rendered === 'string') joined += rendered;
      else if (rendered.kind !== 'unknown') return failed(rendered, part);
      else unknown ??= failed(rendered, part);
      sensitive ||= result.ok && result.sensitive;
    }
    return unknown ?? { ok: true, value: joined, sensitive };
  }

  const references = parts.flatMap((part) =>
    typeof part === 'string' ? [] : referencesOf(part.expression, parts.length > 1),
  );
  return { raw: text, isConstant: false, references, diagnostics, evaluate };
}

function referencesOf({ references, source }: Expression, withinText: boolean): readonly Reference[] {
  const [only, ...others] = references;
  const plain = withinText && only !== undefined && others.length === 0 && source === only.path[0];
  return plain ? [{ ...only, withinText }] : references;
}

/** A value inside text. Only what has one obvious spelling is allowed. */
function render(value: unknown): string | EvaluationFailure {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const what = value === null ? 'null' : Array.isArray(value) ? 'a list' : 'a mapping';
  const hint =
    value === null
      ? 'default() does not replace null; use x == null ? "" : x'
      : 'use join(…) or toJson(…) to make text of it';
  return { ok: false, kind: 'invalid', reason: `${what} cannot stand inside text`, hint };
}

function unclosed(document: SourceDocument | undefined, range: Range | undefined): Diagnostic {
  return {
    severity: 'error',
    code: 'unclosed-interpolation',
    message: 'this {{ has no }}',
    hint: 'for a literal {{ write {{ "{{" }}',
    ...(document && range ? { file: document.file, source: document, range } : {}),
  };
}

const JINJA = 'jinja-block';

function foreignBlock(
  kind: 'statement' | 'comment',
  document: SourceDocument | undefined,
  range: Range | undefined,
): Diagnostic {
  const [message, hint] =
    kind === 'comment'
      ? [
          'there are no {# #} in texts: hosts would get it as it is',
          'write a comment of YAML, # …; for a literal {# write {{ "{#" }}',
        ]
      : [
          'there are no {% %} in texts: hosts would get it as it is',
          'use `template` of `file` (Liquid), or {{ condition ? "a" : "b" }}; for a literal {% write {{ "{%" }}',
        ];
  return {
    severity: 'error',
    code: JINJA,
    message,
    hint,
    ...(document && range ? { file: document.file, source: document, range } : {}),
  };
}

function syntaxFailure({ message, hint, range, source }: Diagnostic): ValueFailure {
  return {
    ok: false,
    kind: 'invalid',
    reason: message,
    path: [],
    ...(hint === undefined ? {} : { hint }),
    ...(range && source ? { range, source } : {}),
  };
}
