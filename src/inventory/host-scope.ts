import { createScope, type Scope, type VariableTable } from '../expressions/scope.ts';
import { type CompiledValue, compileValue } from '../expressions/value.ts';
import { SECRET_VARIABLES } from './connection-variables.ts';
import type { Host, Inventory, VariableDefinition } from './inventory.ts';

/** Hosts share definitions, so each is compiled once for all of them. */
const compiled = new WeakMap<VariableDefinition, CompiledValue>();

/** A definition, compiled; the same object for every host that sees it. */
export function compiledDefinition(definition: VariableDefinition): CompiledValue {
  let value = compiled.get(definition);
  if (!value) {
    value = compileValue(definition.value, definition.document, definition.path);
    compiled.set(definition, value);
  }
  return value;
}

/** The host's variables, compiled; definitions shared by hosts are compiled once. */
export function variableTable(host: Host): VariableTable {
  return {
    get(name) {
      const definition = host.definition(name);
      return definition && compiledDefinition(definition);
    },
    keys: () => Object.keys(host.vars),
  };
}

/** Names that every host has without anyone writing them. */
export const BUILTIN_VARIABLES = [
  'inventory_hostname',
  'inventory_hostname_short',
  'group_names',
  'groups',
] as const;

/** Values of `BUILTIN_VARIABLES`. */
export function builtinVariables(host: Host, inventory?: Inventory): Readonly<Record<string, unknown>> {
  return {
    inventory_hostname: host.name,
    inventory_hostname_short: host.name.split('.')[0],
    group_names: host.groups,
    ...(inventory ? { groups: groupMembers(inventory) } : {}),
  };
}

const members = new WeakMap<Inventory, Readonly<Record<string, readonly string[]>>>();

function groupMembers(inventory: Inventory): Readonly<Record<string, readonly string[]>> {
  let found = members.get(inventory);
  if (!found) {
    found = Object.fromEntries(
      [...inventory.groups.keys()].map((name) => [
        name,
        inventory.select(name).hosts.map((host) => host.name),
      ]),
    );
    members.set(inventory, found);
  }
  return found;
}

/**
 * What expressions see of a host before it is connected: its variables, and `inventory_hostname`,
 * `inventory_hostname_short`, `group_names`, `groups`. Variables that hold passwords make results sensitive.
 */
export function hostScope(host: Host, inventory?: Inventory): Scope {
  return createScope({
    variables: [variableTable(host)],
    values: builtinVariables(host, inventory),
    sensitive: SECRET_VARIABLES,
  });
}
