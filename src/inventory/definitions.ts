import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { variableNameProblem } from '../expressions/identifier.ts';
import { keepSecrets } from '../secrets/derived.ts';
import type { Definitions, Place } from './builder.ts';
import { misspelledVariable, SECRET_VARIABLES } from './connection-variables.ts';
import type { VariableDefinition } from './inventory.ts';
import type { VariableLayer } from './precedence.ts';

/** Words that Ansible's YAML 1.1 reads as true and false, and YAML 1.2 as text. */
const LEGACY_BOOLEAN = /^(?:(yes|on)|no|off)$/i;

/** The variables of a mapping at `place`, one definition each. */
export function readDefinitions(
  variables: Readonly<Record<string, unknown>>,
  place: Place,
  layer: VariableLayer,
  owner: string,
  report: (diagnostic: Diagnostic) => void,
): Definitions {
  const definitions = new Map<string, VariableDefinition>();
  for (const name of Object.keys(variables)) {
    const value = variables[name];
    // A password in the clear is one all the same.
    if (SECRET_VARIABLES.has(name)) keepSecrets(value);
    const definition = new Definition(name, value, layer, owner, place);
    definitions.set(name, definition);
    warnOfName(definition, report);
    warnOfValue(definition, report);
  }
  return definitions;
}

/** A class, as there are several for each host; its path is made where something is told of it. */
class Definition implements VariableDefinition {
  readonly name: string;
  readonly value: unknown;
  readonly layer: VariableLayer;
  readonly owner: string;
  readonly #place: Place;

  /** @param place of the mapping that it stands in. */
  constructor(name: string, value: unknown, layer: VariableLayer, owner: string, place: Place) {
    this.name = name;
    this.value = value;
    this.layer = layer;
    this.owner = owner;
    this.#place = place;
  }

  get document(): SourceDocument {
    return this.#place.document;
  }

  get path(): Path {
    return [...this.#place.path, this.name];
  }
}

type Told = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

/** What is wrong with names that were met; hosts have the same ones. */
const judged = new Map<string, readonly Told[]>();

function problemsOfName(name: string): readonly Told[] {
  let told = judged.get(name);
  if (told === undefined) {
    const unusable = variableNameProblem(name);
    const near = misspelledVariable(name);
    const message = `the variable \`${name}\` has no effect on the connection`;
    told = [
      ...(unusable === undefined ? [] : [{ code: 'variable-name', ...unusable }]),
      ...(near === undefined
        ? []
        : [{ code: 'misspelled-variable', message, hint: `did you mean \`${near}\`?` }]),
    ];
    judged.set(name, told);
  }
  return told;
}

function warnOfName(definition: VariableDefinition, report: (diagnostic: Diagnostic) => void): void {
  const problems = problemsOfName(definition.name);
  if (problems.length === 0) return;
  const { document, path } = definition;
  const base = { severity: 'warning', file: document.file, source: document } as const;
  for (const told of problems) {
    report({ ...base, ...told, range: document.locate(path, 'key') });
  }
}

function warnOfValue(definition: VariableDefinition, report: (diagnostic: Diagnostic) => void): void {
  const { name, value } = definition;
  const legacy = typeof value === 'string' && value.length <= 3 && LEGACY_BOOLEAN.exec(value);
  if (!legacy || name.startsWith('ansible_')) return;
  const { document, path } = definition;
  if (isPlain(document, path)) {
    const base = { severity: 'warning', file: document.file, source: document } as const;
    const meant = legacy[1] ? 'true' : 'false';
    const message = `${value} is text in YAML 1.2; Ansible reads it as ${meant}`;
    const hint = `write ${meant}, or "${value}" if the text is meant`;
    report({ ...base, code: 'legacy-boolean', message, hint, range: document.locate(path) });
  }
}

function isPlain(document: Place['document'], path: Place['path']): boolean {
  const { start, end } = document.locate(path);
  return end.offset - start.offset === (document.scalarText(path)?.length ?? 0);
}
