import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import type { CompiledValue } from '../expressions/value.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';
import { loadInventory } from '../inventory/load.ts';
import { isInShard } from '../inventory/shard.ts';
import { extraTable } from '../playbook/extra-table.ts';
import { readExtraVars } from './extra-vars.ts';
import type { HostArguments } from './host-arguments.ts';
import { createOpener, extraVarsReader } from './open-secrets.ts';

export interface SelectedHosts {
  readonly inventory?: Inventory;
  /** In the order of the inventory; all of it without `--limit` and `--shard`. */
  readonly hosts: readonly Host[];
  /** The variables of the command line. */
  readonly extra: ReadonlyMap<string, CompiledValue>;
  readonly diagnostics: readonly Diagnostic[];
}

/** The hosts that a command without a playbook speaks of. */
export async function selectHosts(
  { inventory: sources, limit, shard, secrets, extraVars }: HostArguments,
  more: Parameters<typeof createOpener>[1] = {},
): Promise<SelectedHosts> {
  const opener = await createOpener(secrets, more);
  const { given, loaded } = await opener.settle((read) => ({
    given: readExtraVars(extraVars, extraVarsReader(opener)),
    loaded: loadInventory(sources, { read }),
  }));
  const diagnostics = [...given.diagnostics, ...loaded.diagnostics];
  const extra = extraTable(given.values, given.secret, diagnostics);
  const { inventory } = loaded;
  if (inventory === undefined || hasErrors(diagnostics)) return { hosts: [], extra, diagnostics };
  const selection = inventory.select('all', limit === undefined ? {} : { limit });
  return {
    inventory,
    extra,
    hosts: selection.hosts.filter(({ name }) => isInShard(name, shard)),
    diagnostics: [...diagnostics, ...selection.diagnostics],
  };
}
