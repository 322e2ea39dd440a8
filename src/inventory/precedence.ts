/** Where a variable was written, from weakest to strongest; a later row wins over an earlier one. */
export const VARIABLE_LAYERS = [
  'all',
  'inventory group_vars/all',
  'playbook group_vars/all',
  'group',
  'inventory group_vars',
  'playbook group_vars',
  'host',
  'inventory host_vars',
  'playbook host_vars',
] as const;

export type VariableLayer = (typeof VARIABLE_LAYERS)[number];
