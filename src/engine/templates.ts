import type { Diagnostic } from '../documents/diagnostic.ts';
import { expandReferences } from '../expressions/check.ts';
import { factsNamed } from '../expressions/reference.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import { compileTemplate, type FileTemplate } from '../expressions/template.ts';
import { FACTS } from '../looks/facts/index.ts';
import { factLook } from '../looks/facts/look.ts';
import { requireLocalFile } from '../looks/local-file.ts';
import type { Json } from './json.ts';
import { fail, PENDING, Unpredictable, type View } from './view.ts';

/** Compiled once for the fleet: a controller file's bytes are read once. */
const compiled = new WeakMap<Uint8Array, FileTemplate>();

/**
 * Renders a template of the controller for one round of a step, with the step's scope and the facts that the
 * template names. Mistakes that no fact can mend are told before any host is asked.
 *
 * @throws PENDING, StepFailure, Unpredictable like `View.see`.
 */
export function renderTemplate(
  path: string,
  scope: Scope,
  variables: readonly VariableTable[],
  view: View,
): string {
  const bytes = requireLocalFile(view, path);
  const template = compiled.get(bytes) ?? compileTemplate(Buffer.from(bytes).toString('utf8'), path);
  compiled.set(bytes, template);
  const [broken] = template.diagnostics;
  if (broken !== undefined) failAt(broken, path);
  const { names, dynamic } = factsNamed(expandReferences(template.references, variables));
  const facts = factsOf(dynamic ? [...FACTS.keys()] : names, template, scope, view, path);
  const result = template.render(facts === undefined ? scope : scope.extend({ values: { facts } }));
  if (result.ok) return result.text;
  if (result.kind === 'unknown') throw new Unpredictable(`${path}: ${result.reason}`);
  return failAt(result.diagnostic, path);
}

function factsOf(
  names: readonly string[],
  template: FileTemplate,
  scope: Scope,
  view: View,
  path: string,
): { readonly [name: string]: Json } | undefined {
  if (names.length === 0) return undefined;
  try {
    const values = view.see(...names.map((name) => factLook(name)));
    return Object.fromEntries(names.map((name, index) => [name, values[index] as Json]));
  } catch (error) {
    if (error !== PENDING) throw error;
    const early = template.render(scope.extend({ unknown: { facts: 'not gathered yet' } }));
    if (!early.ok && early.kind !== 'unknown') failAt(early.diagnostic, path);
    throw error;
  }
}

function failAt({ message, hint, file, range }: Diagnostic, path: string): never {
  const place = range === undefined ? path : `${file ?? path}:${range.start.line}:${range.start.column}`;
  return fail(`${place}: ${message}`, hint);
}
