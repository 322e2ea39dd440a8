import type { Diagnostic } from '../documents/diagnostic.ts';
import {
  checkReferences,
  expandReferences,
  type Known,
  type KnownNames,
  knownVariables,
} from '../expressions/check.ts';
import { factsNamed } from '../expressions/reference.ts';
import type { Scope, VariableTable } from '../expressions/scope.ts';
import { compileTemplate, type FileTemplate } from '../expressions/template.ts';
import { FACTS } from '../looks/facts/index.ts';
import { factLook } from '../looks/facts/look.ts';
import { requireLocalFile } from '../looks/local-file.ts';
import type { Json } from './json.ts';
import { fail, Unpredictable, type View } from './view.ts';

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
): { readonly text: string; readonly sensitive: boolean } {
  const bytes = requireLocalFile(view, path);
  const template = compiled.get(bytes) ?? compileTemplate(Buffer.from(bytes).toString('utf8'), path);
  compiled.set(bytes, template);
  const [broken] = template.diagnostics;
  if (broken !== undefined) failAt(broken, path);
  const [unknown] = checkReferences(template.references, knownNames(scope, variables));
  if (unknown !== undefined) failAt(unknown, path);
  const { names, dynamic } = factsNamed(expandReferences(template.references, variables));
  const facts = factsOf(dynamic ? [...FACTS.keys()] : names, view);
  const result = template.render(facts === undefined ? scope : scope.extend({ values: { facts } }));
  if (result.ok) return result;
  if (result.kind === 'unknown') throw new Unpredictable(`${path}: ${result.reason}`);
  return failAt(result.diagnostic, path);
}

function factsOf(names: readonly string[], view: View): { readonly [name: string]: Json } | undefined {
  if (names.length === 0) return undefined;
  const values = view.see(...names.map((name) => factLook(name)));
  return Object.fromEntries(names.map((name, index) => [name, values[index] as Json]));
}

function knownNames(scope: Scope, variables: readonly VariableTable[]): KnownNames {
  const roots = new Map<string, Known>([...scope.names()].map((name) => [name, { kind: 'any' }]));
  for (const [name, known] of knownVariables(variables)) roots.set(name, known);
  return { roots: roots.set('facts', { kind: 'members', names: [...FACTS.keys()], noun: 'fact' }) };
}

function failAt({ message, hint, file, range }: Diagnostic, path: string): never {
  const place = range === undefined ? path : `${file ?? path}:${range.start.line}:${range.start.column}`;
  return fail(`${place}: ${message}`, hint);
}
