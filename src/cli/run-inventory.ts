import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import { visible } from '../documents/visible.ts';
import { graph, hostReport, toJson } from '../inventory/report.ts';
import type { OutputArguments } from './arguments.ts';
import { showDiagnostics } from './diagnostics.ts';
import { endWithReader } from './end-with-reader.ts';
import { EXIT } from './exit-code.ts';
import type { HostArguments } from './host-arguments.ts';
import { Output } from './output.ts';
import { selectHosts } from './select-hosts.ts';

export interface InventoryArguments {
  readonly hosts: HostArguments;
  readonly output: OutputArguments;
  readonly form: 'names' | 'graph' | 'json';
  /** Only this host, with all its variables. */
  readonly host?: string;
}

/** Prints the hosts of an inventory. @returns the exit code. */
export async function showInventory({
  hosts,
  output: shown,
  form,
  host,
}: InventoryArguments): Promise<number> {
  const output = new Output(process.stdout, endWithReader);
  const selected = await selectHosts(hosts, { optional: true, unread: 'values are not shown' });
  const { inventory } = selected;
  const missing =
    host === undefined || inventory === undefined || inventory.hosts.has(host)
      ? []
      : [unknownHost(host, inventory.hosts.keys())];
  const diagnostics = [...selected.diagnostics, ...missing];
  // With --json the inventory itself is the one JSON document.
  showDiagnostics(diagnostics, { ...shown, json: false }, output.line);
  if (inventory === undefined || hasErrors(diagnostics)) return EXIT.error;
  const names = new Set(selected.hosts.map(({ name }) => name));
  const all = hosts.limit === undefined && hosts.shard === undefined;
  const limited = all ? undefined : (name: string) => names.has(name);
  const columns = process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
  if (host !== undefined) output.line(hostReport(inventory.hosts.get(host)!, columns));
  else if (form === 'json') output.line(JSON.stringify(toJson(inventory, limited), undefined, 2));
  else if (form === 'graph') output.line(graph(inventory, limited));
  else for (const { name } of selected.hosts) output.line(visible(name));
  return EXIT.done;
}

function unknownHost(host: string, names: Iterable<string>): Diagnostic {
  const near = nearest(host, names);
  return {
    severity: 'error',
    code: 'unknown-host',
    message: `no host is named "${host}" in the inventory`,
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  };
}
