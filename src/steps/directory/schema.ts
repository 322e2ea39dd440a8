import type { JsonSchema } from '../../engine/step-kind.ts';
import { GROUP, MODE, OWNER, PATH, type Presence, presence } from '../common-schema.ts';

/** Arguments of the `directory` step. */
export interface DirectoryArgs {
  readonly path: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly parents?: boolean;
  readonly state?: Presence;
  readonly recursive?: boolean;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['path'],
  properties: {
    path: { ...PATH, examples: ['/var/lib/artifacts'] },
    mode: MODE,
    owner: OWNER,
    group: GROUP,
    parents: {
      type: 'boolean',
      default: false,
      description:
        'Create missing directories above it too, with mode "0755"; each is listed as a change. Otherwise a missing parent is a failure.',
      examples: [true],
    },
    state: presence('`absent` removes the directory.'),
    recursive: {
      type: 'boolean',
      default: false,
      description: 'With `state: absent`: remove everything in it too. Otherwise it must be empty.',
      examples: [true],
    },
  },
};
