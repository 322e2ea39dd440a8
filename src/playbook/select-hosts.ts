import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Play } from '../engine/playbook.ts';
import type { Host, Inventory } from '../inventory/inventory.ts';

export interface SelectedHosts {
  /** The plays of each host in order; hosts in the order of the inventory. */
  readonly hosts: ReadonlyMap<Host, readonly Play[]>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Which hosts the plays are for. */
export function selectHosts(
  plays: readonly Play[],
  inventory: Inventory,
  limit: string | undefined,
): SelectedHosts {
  const diagnostics: Diagnostic[] = [];
  const admitted = limit === undefined ? undefined : limited(limit, inventory, diagnostics);
  const playsOf = new Map<string, Play[]>();
  for (const play of plays) {
    if (play.hosts === '') continue;
    const { file, range, source } = play.hostsOrigin;
    const { hosts, diagnostics: found } = inventory.select(play.hosts);
    for (const diagnostic of found) {
      diagnostics.push({ ...diagnostic, file, range, ...(source === undefined ? {} : { source }) });
    }
    for (const { name } of hosts) {
      if (admitted !== undefined && !admitted.has(name)) continue;
      const mine = playsOf.get(name);
      if (mine === undefined) playsOf.set(name, [play]);
      else mine.push(play);
    }
  }
  const hosts = new Map<Host, readonly Play[]>();
  for (const host of inventory.hosts.values()) {
    const mine = playsOf.get(host.name);
    if (mine !== undefined) hosts.set(host, mine);
  }
  const wrong =
    diagnostics.some(({ severity }) => severity === 'error') || plays.some((play) => play.hosts === '');
  if (hosts.size === 0 && plays.length > 0 && !wrong) diagnostics.push(nothingLeft(plays, limit));
  return { hosts, diagnostics };
}

/** A run without hosts would look like a clean one. */
function nothingLeft(plays: readonly Play[], limit: string | undefined): Diagnostic {
  const patterns = [...new Set(plays.map((play) => play.hosts))].join(', ');
  const which = limit === undefined ? '' : ` and --limit ${limit}`;
  const message = `no host is left: nothing in the inventory matches the hosts of the plays (${patterns})${which}`;
  return { severity: 'error', code: 'no-hosts', message };
}

function limited(limit: string, inventory: Inventory, diagnostics: Diagnostic[]): ReadonlySet<string> {
  const { hosts, diagnostics: found } = inventory.select(limit);
  for (const diagnostic of found) {
    diagnostics.push({ ...diagnostic, message: `--limit: ${diagnostic.message}` });
  }
  return new Set(hosts.map(({ name }) => name));
}
