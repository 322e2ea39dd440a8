import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import type { HostArguments } from './arguments.ts';

export interface SelectedHosts {
  readonly inventory?: Inventory;
  /** In the order of the inventory; all of it without `--limit`. */
  readonly hosts: readonly Host[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The hosts that a command without a playbook speaks of. */
export function selectHosts({ inventory: sources, limit }: HostArguments): SelectedHosts {
  const { inventory, diagnostics } = loadInventory(sources);
  if (inventory === undefined || hasErrors(diagnostics)) return { hosts: [], diagnostics };
  const selection = inventory.select('all', limit === undefined ? {} : { limit });
  return { inventory, hosts: selection.hosts, diagnostics: [...diagnostics, ...selection.diagnostics] };
}
