import type { Diagnostic } from '../documents/diagnostic.ts';
import type { HostProgram } from '../engine/host-program.ts';
import type { Json } from '../engine/json.ts';
import type { Connection } from '../inventory/connection.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Playbook } from './model.ts';

export interface BuildProgramsOptions {
  readonly playbooks: readonly Playbook[];
  readonly inventory: Inventory;
  /** A second pattern (`--limit`): only hosts that match it too. */
  readonly limit?: string;
  /** Only steps with one of these tags. Special: `all` (default), `tagged`, `untagged`. */
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  /** The strongest variables (`-e`). */
  readonly extraVars?: Readonly<Record<string, Json>>;
  readonly defaults?: ConnectionDefaults;
}

/** What holds where neither playbook nor inventory says anything: from the command line. */
export interface ConnectionDefaults {
  /** Who logs in; as a function when it depends on the host (ssh_config). */
  readonly user?: string | ((host: string, connection: Connection) => string);
  readonly become?: boolean;
  readonly becomeUser?: string;
}

export interface BuiltPrograms {
  /** In the order of the inventory. With errors they are incomplete and must not be run. */
  readonly programs: readonly HostProgram[];
  /** How each host of `programs` is reached, by its name. */
  readonly connections: ReadonlyMap<string, Connection>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles playbooks for the hosts they select: a program for each host, its plays in the order of the playbooks.
 * Every use of a variable is checked for every selected host.
 */
export function buildPrograms(_options: BuildProgramsOptions): BuiltPrograms {
  throw new Error('not written yet');
}
