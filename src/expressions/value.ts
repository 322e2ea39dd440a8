import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { SecretValue } from '../secrets/secret-value.ts';
import type { Reference } from './reference.ts';
import type { ValueFailure, ValueResult } from './result.ts';
import type { Scope } from './scope.ts';
import { compileSecret } from './secret.ts';
import { compileText } from './text.ts';

/** A JSON tree whose texts may hold `{{ expression }}`. */
export interface CompiledValue {
  /** As written. */
  readonly raw: unknown;
  /** No `{{ }}` anywhere: `evaluate` gives the same value for every scope. */
  readonly isConstant: boolean;
  /** Whatever it comes to is secret. */
  readonly secret?: true;
  readonly references: readonly Reference[];
  /** Syntax errors. When there are any, `evaluate` fails with the first. */
  readonly diagnostics: readonly Diagnostic[];
  /** Of a mapping with `{{ }}` somewhere in it. */
  readonly members?: ReadonlyMap<string, CompiledValue>;
  evaluate(scope: Scope): ValueResult;
}

/**
 * Compiles every text of a tree. A text that is one `{{ }}` and nothing else keeps the type of its value; any other
 * is joined to text. A literal `{{` is written `{{ "{{" }}`. Mapping keys are not interpolated. Never throws.
 * A value without `{{ }}` is given back as it is, not copied.
 */
export function compileValue(value: unknown, document?: SourceDocument, path: Path = []): CompiledValue {
  if (typeof value === 'string') return compileText(value, document, path);
  if (Array.isArray(value)) return compileList(value, document, path);
  if (value instanceof SecretValue) return compileSecret(value, document, path);
  if (typeof value === 'object' && value !== null)
    return compileMapping(value as Readonly<Record<string, unknown>>, document, path);
  return constant(value);
}

/** A value that is the same in every scope. */
export function constant(value: unknown): CompiledValue {
  const result: ValueResult = { ok: true, value, sensitive: false };
  return { raw: value, isConstant: true, references: [], diagnostics: [], evaluate: () => result };
}

/** A failure as a diagnostic at its place. */
export function failureDiagnostic(failure: ValueFailure): Diagnostic {
  const { kind, reason, hint, range, source } = failure;
  return {
    severity: 'error',
    code: `value-${kind}`,
    message: reason,
    ...(hint === undefined ? {} : { hint }),
    ...(range && source ? { file: source.file, range, source } : {}),
  };
}

function compileList(
  raw: readonly unknown[],
  document: SourceDocument | undefined,
  path: Path,
): CompiledValue {
  const items = raw.map((item, index) => compileValue(item, document, [...path, index]));
  return compound(raw, items.entries(), (entries) => entries.map(([, value]) => value));
}

function compileMapping(
  raw: Readonly<Record<string, unknown>>,
  document: SourceDocument | undefined,
  path: Path,
): CompiledValue {
  const members = Object.entries(raw).map(
    ([key, member]) => [key, compileValue(member, document, [...path, key])] as const,
  );
  const whole = compound(raw, members, (entries) => {
    const record: Record<string, unknown> = Object.create(null);
    for (const [key, value] of entries) record[key] = value;
    return record;
  });
  return whole.isConstant ? whole : { ...whole, members: new Map(members) };
}

function compound<Key extends string | number>(
  raw: unknown,
  members: Iterable<readonly [Key, CompiledValue]>,
  build: (entries: readonly (readonly [Key, unknown])[]) => unknown,
): CompiledValue {
  const parts = [...members];
  if (parts.every(([, part]) => part.isConstant)) return constant(raw);

  function evaluate(scope: Scope): ValueResult {
    const entries: (readonly [Key, unknown])[] = [];
    let sensitive = false;
    let unknown: ValueFailure | undefined;
    for (const [key, part] of parts) {
      const result = part.evaluate(scope);
      if (result.ok) {
        entries.push([key, result.value]);
        sensitive ||= result.sensitive;
        continue;
      }
      const failure = { ...result, path: [key, ...result.path] };
      // A mistake is told before what is merely not known yet.
      if (failure.kind !== 'unknown') return failure;
      unknown ??= failure;
    }
    return unknown ?? { ok: true, value: build(entries), sensitive };
  }

  return {
    raw,
    isConstant: false,
    references: parts.flatMap(([, part]) => part.references),
    diagnostics: parts.flatMap(([, part]) => part.diagnostics),
    evaluate,
  };
}
