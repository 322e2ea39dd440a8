/**
 * Where a variable was written, from weakest to strongest; a later row wins over an earlier one. It is Ansible's
 * order (https://docs.ansible.com/ansible/latest/reference_appendices/general_precedence.html), in full:
 *
 * - Rows come first. So a value in `group_vars/all.yml` wins over one written at a group in the inventory file.
 * - Within a row, a later inventory source (`-i`) wins over an earlier one.
 * - Within a row and source, groups come by depth (a child wins over its parents), then by `ansible_group_priority`
 *   (higher wins), then by name (later in the alphabet wins).
 * - A winning value replaces the other whole; mappings are not merged.
 */
export const VARIABLE_LAYERS = [
  'all',
  'group',
  'inventory group_vars/all',
  'playbook group_vars/all',
  'inventory group_vars',
  'playbook group_vars',
  'host',
  'inventory host_vars',
  'playbook host_vars',
] as const;

export type VariableLayer = (typeof VARIABLE_LAYERS)[number];

interface Ranked {
  readonly name: string;
  readonly depth: number;
  readonly priority: number;
}

/** Weakest group first. */
export function compareGroups(a: Ranked, b: Ranked): number {
  return a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
