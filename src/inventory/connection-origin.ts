import { CONNECTION_VARIABLES } from './connection-variables.ts';
import type { Host, VariableDefinition } from './inventory.ts';
import { jumpArguments } from './proxy-jump.ts';

/** Where it is written how a host is reached, in the respect that is named: the variable that counts. */
export function connectionOrigin(
  host: Host,
  field: keyof typeof CONNECTION_VARIABLES,
): VariableDefinition | undefined {
  for (const name of CONNECTION_VARIABLES[field]) {
    const definition = host.definition(name);
    if (definition !== undefined && definition.value !== null) return definition;
  }
  return field === 'proxyJump' ? jumpArguments(host) : undefined;
}
