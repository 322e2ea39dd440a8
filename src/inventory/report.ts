import { visible } from '../documents/visible.ts';
import { SECRET_VARIABLES } from './connection-variables.ts';
import type { Host, Inventory } from './inventory.ts';

const MASK = '********';

/** Groups and hosts as an indented tree, like `ansible-inventory --graph`. */
export function graph(inventory: Inventory): string {
  const lines = ['@all:'];

  function walk(name: string, indent: string): void {
    const group = inventory.groups.get(name)!;
    for (const child of group.children) {
      lines.push(`${indent}|--@${visible(child)}:`);
      walk(child, `${indent}|  `);
    }
    if (name === 'all') return;
    for (const host of [...group.hosts].sort()) lines.push(`${indent}|--${visible(host)}`);
  }

  walk('all', '  ');
  return lines.join('\n');
}

/** Every variable of a host with its value, layer and place. Passwords are masked. */
export function hostReport(host: Host): string {
  const rows = Object.keys(host.vars)
    .sort()
    .map((name) => {
      const { file, range, layer, owner } = host.origin(name)!;
      const value = `${visible(name)}: ${visible(JSON.stringify(shown(name, host.vars[name])))}`;
      return [value, `${layer} (${visible(owner)}), ${visible(file)}:${range.start.line}`] as const;
    });
  const width = Math.min(60, Math.max(0, ...rows.map(([value]) => value.length)));
  const groups = host.groups.length > 0 ? host.groups.map(visible).join(', ') : 'none';
  return [
    `${visible(host.name)}`,
    `groups: ${groups}`,
    ...rows.map(([value, origin]) => `  ${value.padEnd(width)}  # ${origin}`),
  ].join('\n');
}

/** Plain data in the shape of `ansible-inventory --list`. Passwords are masked. */
export function toJson(inventory: Inventory): Record<string, unknown> {
  const hostvars = Object.fromEntries(
    [...inventory.hosts.values()].map((host) => [
      host.name,
      Object.fromEntries(Object.entries(host.vars).map(([name, value]) => [name, shown(name, value)])),
    ]),
  );
  const groups = [...inventory.groups.values()]
    .filter(({ name, hosts, children }) => name === 'all' || hosts.length > 0 || children.length > 0)
    .map(({ name, hosts, children }) => [
      name,
      name === 'all'
        ? { children }
        : { ...(hosts.length > 0 ? { hosts } : {}), ...(children.length > 0 ? { children } : {}) },
    ]);
  return { _meta: { hostvars }, ...Object.fromEntries(groups) };
}

function shown(name: string, value: unknown): unknown {
  return SECRET_VARIABLES.has(name) ? MASK : value;
}
