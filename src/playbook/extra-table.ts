import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Json } from '../engine/json.ts';
import { secretly } from '../expressions/secret.ts';
import { type CompiledValue, compileValue } from '../expressions/value.ts';
import { wrongName } from './variables.ts';

/**
 * The variables of the command line (`-e`), compiled.
 *
 * @param secret the names of those whose values nobody may see.
 * @param diagnostics gets what is wrong with them.
 */
export function extraTable(
  values: Readonly<Record<string, Json>>,
  secret: ReadonlySet<string> | undefined,
  diagnostics: Diagnostic[],
): ReadonlyMap<string, CompiledValue> {
  const table = new Map<string, CompiledValue>();
  for (const [name, value] of Object.entries(values)) {
    const wrong = wrongName(name);
    const compiled = compileValue(value);
    if (wrong !== undefined) {
      diagnostics.push({
        severity: 'error',
        code: 'bad-variable-name',
        ...wrong,
        message: `-e: ${wrong.message}`,
      });
      continue;
    }
    for (const { code, message, hint } of compiled.diagnostics) {
      const told = `-e ${name}: ${message}`;
      diagnostics.push({ severity: 'error', code, message: told, ...(hint === undefined ? {} : { hint }) });
    }
    table.set(name, secret?.has(name) === true ? secretly(compiled) : compiled);
  }
  return table;
}
