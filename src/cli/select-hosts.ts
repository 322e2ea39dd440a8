import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { isInShard } from '../inventory/shard.ts';
import type { HostArguments } from './arguments.ts';
import { createOpener } from './open-secrets.ts';

export interface SelectedHosts {
  readonly inventory?: Inventory;
  /** In the order of the inventory; all of it without `--limit` and `--shard`. */
  readonly hosts: readonly Host[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The hosts that a command without a playbook speaks of. */
export async function selectHosts(
  { inventory: sources, limit, shard, secrets }: HostArguments,
  more: Parameters<typeof createOpener>[1] = {},
): Promise<SelectedHosts> {
  const opener = await createOpener(secrets, more);
  const { inventory, diagnostics } = await opener.settle((read) => loadInventory(sources, { read }));
  if (inventory === undefined || hasErrors(diagnostics)) return { hosts: [], diagnostics };
  const selection = inventory.select('all', limit === undefined ? {} : { limit });
  return {
    inventory,
    hosts: selection.hosts.filter(({ name }) => isInShard(name, shard)),
    diagnostics: [...diagnostics, ...selection.diagnostics],
  };
}
