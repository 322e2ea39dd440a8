import { textWidth } from '../documents/text-width.ts';
import { visible } from '../documents/visible.ts';
import { MASK } from '../secrets/mask.ts';
import { isSecret } from './host-scope.ts';
import type { Host, Inventory } from './inventory.ts';

/** The hosts that are told of; by default all. */
export type Shown = (host: string) => boolean;

const ALL: Shown = () => true;

/**
 * Groups and hosts as an indented tree, like `ansible-inventory --graph`. Groups without a shown host are left out where
 * not all hosts are shown.
 */
export function graph(inventory: Inventory, isShown: Shown = ALL): string {
  const lines = ['@all:'];

  function walk(name: string, indent: string): void {
    const group = inventory.groups.get(name)!;
    for (const child of group.children) {
      if (isShown !== ALL && !holds(inventory, child, isShown)) continue;
      lines.push(`${indent}|--@${visible(child)}:`);
      walk(child, `${indent}|  `);
    }
    if (name === 'all') return;
    for (const host of group.hosts.filter(isShown).sort()) lines.push(`${indent}|--${visible(host)}`);
  }

  walk('all', '  ');
  return lines.join('\n');
}

function holds(inventory: Inventory, name: string, isShown: Shown): boolean {
  const { hosts, children } = inventory.groups.get(name)!;
  return hosts.some(isShown) || children.some((child) => holds(inventory, child, isShown));
}

/**
 * Every variable of a host with its value, layer and place. Passwords are masked.
 *
 * @param columns where a line has no room for both, the place stands below its variable.
 */
export function hostReport(host: Host, columns = Infinity): string {
  const rows = Object.keys(host.vars)
    .sort()
    .map((name) => {
      const { file, range, layer, owner } = host.origin(name)!;
      const value = `${visible(name)}: ${visible(JSON.stringify(shown(host, name)))}`;
      return { value, origin: `# ${layer} (${visible(owner)}), ${visible(file)}:${range.start.line}` };
    });
  const room = columns - 4 - Math.max(0, ...rows.map(({ origin }) => textWidth(origin)));
  const widths = rows.map(({ value }) => textWidth(value));
  // One long value must not push the places of all others away.
  const column = Math.max(0, ...widths.filter((width) => width <= Math.min(60, room)));
  const groups = host.groups.length > 0 ? host.groups.map(visible).join(', ') : 'none';
  return [
    `${visible(host.name)}`,
    `groups: ${groups}`,
    ...rows.flatMap(({ value, origin }, at) =>
      widths[at]! <= room
        ? [`  ${value}${' '.repeat(Math.max(0, column - widths[at]!))}  ${origin}`]
        : [`  ${value}`, `      ${origin}`],
    ),
  ].join('\n');
}

/** Plain data in the shape of `ansible-inventory --list`. Passwords are masked. */
export function toJson(inventory: Inventory, isShown: Shown = ALL): Record<string, unknown> {
  const hostvars = Object.fromEntries(
    [...inventory.hosts.values()]
      .filter(({ name }) => isShown(name))
      .map((host) => [
        host.name,
        Object.fromEntries(Object.keys(host.vars).map((name) => [name, shown(host, name)])),
      ]),
  );
  const groups = [...inventory.groups.values()]
    .filter(({ name }) => isShown === ALL || name === 'all' || holds(inventory, name, isShown))
    .map(({ name, hosts, children }) => ({
      name,
      hosts: hosts.filter(isShown),
      children: children.filter((child) => isShown === ALL || holds(inventory, child, isShown)),
    }))
    .filter(({ name, hosts, children }) => name === 'all' || hosts.length > 0 || children.length > 0)
    .map(({ name, hosts, children }) => [
      name,
      name === 'all'
        ? { children }
        : { ...(hosts.length > 0 ? { hosts } : {}), ...(children.length > 0 ? { children } : {}) },
    ]);
  return { _meta: { hostvars }, ...Object.fromEntries(groups) };
}

/** What was encrypted by itself masks itself. */
function shown(host: Host, name: string): unknown {
  const definition = host.definition(name);
  return definition !== undefined && isSecret(definition) ? MASK : host.vars[name];
}
