import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Inventory } from './inventory.ts';

export interface LoadInventoryOptions {
  /** Folder of the playbook: its `group_vars/` and `host_vars/` count too. */
  readonly playbookDir?: string;
  /** Folder against which relative sources are resolved. Default: the current one. */
  readonly cwd?: string;
}

export interface LoadedInventory {
  /** Missing when there are errors. */
  readonly inventory?: Inventory;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads inventory sources in order (later ones win): files, folders, or literal lists such as `web1,web2,`. */
export function loadInventory(
  _sources: readonly string[],
  _options: LoadInventoryOptions = {},
): LoadedInventory {
  throw new Error('not written yet');
}
