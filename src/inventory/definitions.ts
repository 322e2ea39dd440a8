import type { Diagnostic } from '../documents/diagnostic.ts';
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
  for (const [name, value] of Object.entries(variables)) {
    const path = [...place.path, name];
    // A password in the clear is one all the same.
    if (SECRET_VARIABLES.has(name)) keepSecrets(value);
    definitions.set(name, { name, value, layer, owner, document: place.document, path });
    warn(name, value, { document: place.document, path }, report);
  }
  return definitions;
}

function warn(
  name: string,
  value: unknown,
  { document, path }: Place,
  report: (diagnostic: Diagnostic) => void,
): void {
  const base = { severity: 'warning', file: document.file, source: document } as const;
  const unusable = variableNameProblem(name);
  if (unusable) report({ ...base, code: 'variable-name', ...unusable, range: document.locate(path, 'key') });
  const near = misspelledVariable(name);
  if (near !== undefined) {
    const message = `the variable \`${name}\` has no effect on the connection`;
    const hint = `did you mean \`${near}\`?`;
    report({ ...base, code: 'misspelled-variable', message, hint, range: document.locate(path, 'key') });
  }
  const legacy = typeof value === 'string' && LEGACY_BOOLEAN.exec(value);
  if (legacy && !name.startsWith('ansible_') && isPlain(document, path)) {
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
