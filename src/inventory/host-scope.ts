import type { Scope, VariableTable } from '../expressions/scope.ts';
import type { Host, Inventory } from './inventory.ts';

/** The host's variables, compiled; definitions shared by hosts are compiled once. */
export function variableTable(_host: Host): VariableTable {
  throw new Error('not written yet');
}

/**
 * What expressions see of a host before it is connected: its variables, and `inventory_hostname`,
 * `inventory_hostname_short`, `group_names`, `groups`.
 */
export function hostScope(_host: Host, _inventory?: Inventory): Scope {
  throw new Error('not written yet');
}
