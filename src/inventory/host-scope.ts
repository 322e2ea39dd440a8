import type { ValueResult } from '../expressions/result.ts';
import { createScope, type OpenMembers, type Scope, type VariableTable } from '../expressions/scope.ts';
import { secretly } from '../expressions/secret.ts';
import { isLiteral } from '../expressions/text.ts';
import { type CompiledValue, compileValue } from '../expressions/value.ts';
import { SECRET_VARIABLES } from './connection-variables.ts';
import type { Host, Inventory, VariableDefinition } from './inventory.ts';

/** Hosts share definitions, so each is compiled once for all of them. */
const compiled = new WeakMap<VariableDefinition, CompiledValue>();

/** A definition, compiled; the same object for every host that sees it. */
export function compiledDefinition(definition: VariableDefinition): CompiledValue {
  let value = compiled.get(definition);
  if (!value) {
    const { document, path } = definition;
    const made = compileValue(definition.value, document, path);
    value = isSecret(definition) ? secretly(made) : made;
    compiled.set(definition, value);
  }
  return value;
}

/** What a definition comes to in a scope. */
export function evaluateDefinition(definition: VariableDefinition, scope: Scope): ValueResult {
  const { value } = definition;
  // Nothing to keep for thousands of hosts, each with an address of its own.
  if (typeof value === 'string' && isLiteral(value) && !isSecret(definition))
    return { ok: true, value, sensitive: false };
  return compiledDefinition(definition).evaluate(scope);
}

/** Whether a variable is secret as a whole: by its name, or because its file was encrypted. */
export function isSecret({ name, document }: VariableDefinition): boolean {
  return document.secret === true || SECRET_VARIABLES.has(name);
}

/** The host's variables, compiled; definitions shared by hosts are compiled once. */
export function variableTable(host: Host): VariableTable {
  return new HostTable(host);
}

class HostTable implements VariableTable {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get(name: string): CompiledValue | undefined {
    const definition = this.#host.definition(name);
    return definition && compiledDefinition(definition);
  }

  keys(): Iterable<string> {
    return Object.keys(this.#host.vars);
  }
}

/** What every host has without anyone writing it. */
function builtinVariables(host: Host, inventory?: Inventory): Readonly<Record<string, unknown>> {
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

const otherHosts = new WeakMap<Inventory, OpenMembers>();

/** `hostvars["web1"].ansible_host`: the inventory's variables of any host, made when they are asked for. */
function hostVariables(inventory: Inventory): OpenMembers {
  let found = otherHosts.get(inventory);
  if (!found) {
    const scopes = new Map<string, OpenMembers>();
    found = {
      keys: () => [...inventory.hosts.keys()],
      get(name) {
        const host = inventory.hosts.get(name);
        if (!host) return undefined;
        const opened = scopes.get(name) ?? openHost(hostScope(host, inventory));
        scopes.set(name, opened);
        return { ok: true, members: opened };
      },
    };
    otherHosts.set(inventory, found);
  }
  return found;
}

function openHost(scope: Scope): OpenMembers {
  const names = [...scope.names()].filter((name) => name !== 'hostvars');
  const known = new Set(names);
  return { keys: () => names, get: (name) => (known.has(name) ? scope.open(name) : undefined) };
}

/**
 * What expressions see of a host before it is connected: its variables, and `inventory_hostname`,
 * `inventory_hostname_short` and `group_names`; with the inventory also `groups` (names of hosts by group) and
 * `hostvars` (the inventory's variables by host). Variables that hold passwords make results sensitive.
 */
export function hostScope(host: Host, inventory?: Inventory): Scope {
  return createScope({
    variables: [variableTable(host)],
    values: builtinVariables(host, inventory),
    ...(inventory ? { open: { hostvars: hostVariables(inventory) } } : {}),
    sensitive: SECRET_VARIABLES,
  });
}
