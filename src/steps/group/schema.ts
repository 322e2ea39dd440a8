import type { JsonSchema } from '../../engine/step-kind.ts';
import { type Presence, presence } from '../common-schema.ts';

/** Arguments of the `group` step. */
export interface GroupArgs {
  readonly name: string;
  readonly gid?: number;
  readonly system?: boolean;
  readonly state?: Presence;
}

/** Names of users and groups as useradd(8) of all supported systems takes them. */
export const ACCOUNT_NAME: JsonSchema = {
  type: 'string',
  pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,30}[A-Za-z0-9_$-]?$',
};

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...ACCOUNT_NAME, description: 'Name of the group.', examples: ['deploy', 'app'] },
    gid: {
      type: 'integer',
      minimum: 0,
      maximum: 4294967294,
      description:
        'Number of the group. When left out, the host chooses one for a new group, and any number is right for an existing one. When it changes, files keep the old number.',
      examples: [2000],
    },
    system: {
      type: 'boolean',
      default: false,
      description: 'Choose the number of a new group from the range for system groups.',
      examples: [true],
    },
    state: presence(
      '`absent` removes the group. A group that is the primary one of a user cannot be removed.',
    ),
  },
};
