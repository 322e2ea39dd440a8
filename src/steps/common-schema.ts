import type { JsonSchema } from '../engine/step-kind.ts';

/** An absolute path on a host. */
export const PATH: JsonSchema = {
  type: 'string',
  pattern: '^/[^\\u0000\\n]*$',
  description: 'Absolute path on the host.',
  examples: ['/etc/motd'],
};

/** A file mode. Octal in quotes: as a bare number YAML would read it as another number. */
export const MODE: JsonSchema = {
  type: 'string',
  pattern: '^[0-7]{3,4}$',
  description:
    'Permissions in octal, in quotes: "0644". When left out, an existing mode is kept and a new file gets "0644", a new directory "0755".',
  examples: ['0644', '0750'],
};

export const OWNER: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'Owning user, by name. It must exist on the host or be created by an earlier step.',
  examples: ['root', 'deploy'],
};

export const GROUP: JsonSchema = {
  type: 'string',
  minLength: 1,
  description: 'Owning group, by name. It must exist on the host or be created by an earlier step.',
  examples: ['root', 'adm'],
};

/** Whether a thing is to be there. */
export type Presence = 'present' | 'absent';

/** @param description what `absent` comes to. */
export function presence(description: string): JsonSchema {
  return { enum: ['present', 'absent'], default: 'present', description, examples: ['absent'] };
}
