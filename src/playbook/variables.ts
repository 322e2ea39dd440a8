import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { Origin } from '../engine/playbook.ts';
import { compileExpression } from '../expressions/expression.ts';
import { secretly } from '../expressions/secret.ts';
import { type CompiledValue, compileValue } from '../expressions/value.ts';
import { checkComparisons } from './check-comparisons.ts';
import type { Loading } from './loading.ts';
import { originOf, problemAt } from './problem.ts';

/** Where a variable can come from, from strongest to weakest. The layers of the inventory follow its own table. */
export const VARIABLE_PRECEDENCE = [
  { source: 'extra', title: 'extra variables (`-e` on the command line)' },
  { source: 'item', title: 'the `item` of a `loop`' },
  { source: 'step', title: '`vars` of the step, then of the `include` that brings it' },
  { source: 'registered', title: 'results that earlier steps `register`' },
  { source: 'play', title: '`vars` of the play' },
  { source: 'vars-files', title: '`vars_files` of the play; later files first' },
  { source: 'inventory', title: 'the inventory: host, then groups from the deepest to `all`' },
] as const;

/** Names that the tool itself gives a meaning. */
export const RESERVED_NAMES: ReadonlyMap<string, string> = new Map([
  ['facts', 'what is known of the host'],
  ['item', 'the item of a loop'],
  ['inventory_hostname', 'the name of the host in the inventory'],
  ['inventory_hostname_short', 'the name of the host up to the first dot'],
  ['group_names', 'the groups of the host'],
  ['groups', 'the hosts of each group'],
  ['hostvars', 'the variables of every host'],
]);

/** Variables as written somewhere, compiled, and where each stands. */
export interface Variables {
  readonly table: Map<string, CompiledValue>;
  readonly origins: Map<string, Origin>;
}

/** To add variables to. */
export function noVariables(): Variables {
  return { table: new Map(), origins: new Map() };
}

/** Compiles a mapping of variables; they win over those that `into` holds already. */
export function addVariables(
  into: Variables,
  value: unknown,
  document: SourceDocument,
  path: Path,
  loading: Loading,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  for (const [name, raw] of Object.entries(value)) {
    const place = { document, path: [...path, name], at: 'key' as const };
    const wrong = wrongName(name);
    if (wrong !== undefined) {
      loading.diagnostics.push(problemAt(place, { code: 'bad-variable-name', ...wrong }));
      continue;
    }
    const made = compileValue(raw, document, [...path, name]);
    const compiled = document.secret === true ? secretly(made) : made;
    loading.diagnostics.push(...compiled.diagnostics, ...checkComparisons(compiled.references));
    into.table.set(name, compiled);
    into.origins.set(name, originOf(place));
  }
}

/** Why a name cannot be a variable; undefined when it can. */
export function wrongName(name: string): { readonly message: string; readonly hint?: string } | undefined {
  const meaning = RESERVED_NAMES.get(name);
  if (meaning !== undefined) return { message: `the name \`${name}\` is taken: it is ${meaning}` };
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    const proposal = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
    const hint = proposal === '' ? undefined : `write \`${proposal}\``;
    const message = `\`${name}\` cannot be the name of a variable: only letters, digits and _ can be used`;
    return { message, ...(hint === undefined ? {} : { hint }) };
  }
  if (isWordOfTheLanguage(name)) {
    return {
      message: `\`${name}\` cannot be the name of a variable: it is a word of the expression language`,
    };
  }
  return undefined;
}

const words = new Map<string, boolean>();

/** `in`, `true`, `int` and the like: an expression that names them does not mean a variable. */
function isWordOfTheLanguage(name: string): boolean {
  let known = words.get(name);
  if (known === undefined) {
    known = compileExpression(name).expression?.references[0]?.path[0] !== name;
    words.set(name, known);
  }
  return known;
}
