import type { Template } from 'liquidjs';
import type { Diagnostic, SourceText } from '../documents/diagnostic.ts';
import { createLineIndex, type LineIndex } from '../documents/line-index.ts';
import { nearest } from '../documents/suggest.ts';
import { keepSecret } from '../secrets/derived.ts';
import { FailureError } from './failure.ts';
import { jinjaBlocks } from './jinja.ts';
import { liquidEngine, renderTelling } from './liquid-engine.ts';
import { jinjaForms, liquidFilter, liquidHabit, liquidTag } from './liquid-habits.ts';
import { liquidReferences } from './liquid-references.ts';
import { liquidScope } from './liquid-scope.ts';
import { makeStrict } from './liquid-strict.ts';
import type { Reference } from './reference.ts';
import type { FailureKind } from './result.ts';
import type { Scope } from './scope.ts';

type RenderResult =
  | { readonly ok: true; readonly text: string; readonly sensitive: boolean }
  | {
      readonly ok: false;
      readonly kind: FailureKind;
      readonly reason: string;
      /** The reason with its place in the template. */
      readonly diagnostic: Diagnostic;
    };

/** A file template in Liquid. It reads no other file, and is bounded in time and memory. */
export interface FileTemplate {
  readonly references: readonly Reference[];
  /** Syntax errors; when there are any, `render` fails with the first. */
  readonly diagnostics: readonly Diagnostic[];
  /** What is no error, but surely not meant. */
  readonly warnings: readonly Diagnostic[];
  render(scope: Scope): RenderResult;
}

/** Never throws. `file` is used in messages only. */
export function compileTemplate(text: string, file: string): FileTemplate {
  const liquid = liquidEngine();
  const source: SourceText = { file, text };
  const lines = createLineIndex(text);

  function problem(error: unknown, scope?: Scope, place = {}): Extract<RenderResult, { ok: false }> {
    const { kind, reason, variable, start, end, ...rest } = { ...explain(error), ...place };
    const hint =
      rest.hint ?? liquidHabit(text, start) ?? (scope && variable && spellingHint(variable, scope));
    const range = lines.range(start, end);
    const base = {
      severity: 'error',
      code: `template-${kind}`,
      message: reason,
      file,
      range,
      source,
    } as const;
    return { ok: false, kind, reason, diagnostic: hint === undefined ? base : { ...base, hint } };
  }

  let templates: Template[];
  let references: readonly Reference[];
  try {
    templates = liquid.parse(text);
    references = liquidReferences(liquid, templates, source, lines, makeStrict(templates));
  } catch (error) {
    const broken = problem(error);
    return { references: [], diagnostics: [broken.diagnostic], warnings: [], render: () => broken };
  }
  const [form] = jinjaForms(text);
  if (form !== undefined) {
    const { reason, hint, start, end } = form;
    const broken = problem(new FailureError({ kind: 'invalid', reason, hint }), undefined, { start, end });
    return { references, diagnostics: [broken.diagnostic], warnings: [], render: () => broken };
  }
  const roots = new Set(references.map(({ path }) => path[0]));

  function render(scope: Scope): RenderResult {
    const { variables, wasSensitive, tookSensitive } = liquidScope(scope, roots);
    const keep = (printed: string): void => {
      if (tookSensitive()) keepSecret(printed, text);
    };
    try {
      const rendered = renderTelling(keep, () => liquid.renderSync(templates, variables));
      return { ok: true, text: String(rendered), sensitive: wasSensitive() };
    } catch (error) {
      return problem(error, scope);
    }
  }

  return { references, diagnostics: [], warnings: strayComments(text, source, lines), render };
}

/** Jinja's comments, which Liquid writes to the host as they are. */
function strayComments(text: string, source: SourceText, lines: LineIndex): readonly Diagnostic[] {
  return jinjaBlocks(text)
    .filter(({ kind }) => kind === 'comment')
    .map(({ start, end }) => ({
      severity: 'warning',
      code: 'jinja-comment',
      message: 'Liquid knows no {# #}: hosts get it as it is',
      hint: 'write {% comment %} … {% endcomment %}; where it is meant, {{ "{#" }}',
      file: source.file,
      range: lines.range(start, end),
      source,
    }));
}

interface LiquidErrorLike extends Error {
  readonly token?: { readonly begin?: number; readonly end?: number };
  readonly originalError?: unknown;
}

interface Explained {
  readonly kind: FailureKind;
  readonly reason: string;
  readonly hint?: string;
  /** Path of the variable that does not exist. */
  readonly variable?: string;
  readonly start: number;
  readonly end: number;
}

function explain(error: unknown): Explained {
  if (!(error instanceof Error)) throw error;
  let innermost: LiquidErrorLike = error;
  let place = { start: 0, end: 0 };
  // The innermost error has the narrowest place and the cause.
  for (;;) {
    const { token, originalError } = innermost;
    if (token?.begin !== undefined)
      place = { start: token.begin, end: Math.max(token.end ?? 0, token.begin) };
    if (!(originalError instanceof Error)) break;
    innermost = originalError;
  }
  if (innermost instanceof FailureError) return { ...innermost.failure, ...place };
  return { ...reword(innermost.message.replace(/, (?:file|line):.*$/s, '')), ...place };
}

function reword(message: string): Omit<Explained, 'start' | 'end'> {
  const [, variable] = /^undefined variable: (.+)$/.exec(message) ?? [];
  if (variable !== undefined)
    return { kind: 'undefined', reason: `undefined variable \`${variable}\``, variable };
  const [, filter] = /^undefined filter: (.+)$/.exec(message) ?? [];
  if (filter !== undefined) return unknownName('filter', filter, Object.keys(liquidEngine().filters));
  const [, tag] = /^tag "?([^"]+?)"? not found$/.exec(message) ?? [];
  if (tag !== undefined) {
    if (['include', 'render', 'layout', 'block', 'extends', 'import'].includes(tag))
      return {
        kind: 'invalid',
        reason: `the tag \`${tag}\` is not available: a template reads no other file`,
      };
    return unknownName('tag', tag, Object.keys(liquidEngine().tags));
  }
  if (/limit exceeded/.test(message))
    return { kind: 'invalid', reason: `the template is too costly: ${message}` };
  return { kind: 'invalid', reason: message };
}

function unknownName(what: string, name: string, known: readonly string[]): Omit<Explained, 'start' | 'end'> {
  const near = nearest(name, known);
  const reason = `there is no ${what} \`${name}\``;
  const habit = what === 'filter' ? liquidFilter(name) : liquidTag(name);
  const hint = habit ?? (near && `did you mean \`${near}\`?`);
  return { kind: 'invalid', reason, ...(hint === undefined ? {} : { hint }) };
}

/** The nearest spelling to the segment of a path that does not exist. */
function spellingHint(variable: string, scope: Scope): string | undefined {
  const [root = '', ...members] = variable.split('.');
  const found = scope.lookup(root);
  if (!found.ok) return found.kind === 'undefined' ? found.hint : undefined;
  let value = found.value;
  for (const member of members) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, member)) {
      const near = nearest(member, Object.keys(value));
      return near && `did you mean \`${near}\`?`;
    }
    value = (value as Record<string, unknown>)[member];
  }
  return undefined;
}
