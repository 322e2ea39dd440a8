import type { JsonSchema } from '../../engine/step-kind.ts';
import { type Presence, presence } from '../common-schema.ts';

/** Arguments of the `env` step. */
export interface EnvArgs {
  readonly name: string;
  readonly path?: readonly string[];
  readonly set?: Readonly<Record<string, string | number | boolean>>;
  readonly user?: string;
  readonly rc?: string;
  readonly state?: Presence;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]*$',
      maxLength: 64,
      description:
        'What the setting is called: `/etc/profile.d/NAME.sh`, or the name of the block in the rc file.',
      examples: ['go'],
    },
    path: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '^[^:\\u0000\\n]+$' },
      description:
        'Directories to put before those in PATH, the first of them first. One that is in PATH already stays where it is.',
      examples: [['/usr/local/go/bin', '$HOME/go/bin']],
    },
    set: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      additionalProperties: {
        anyOf: [{ type: 'string', pattern: '^[^\\u0000]*$' }, { type: ['number', 'boolean'] }],
      },
      description: 'Variables to export, in this order. PATH is set with `path` alone.',
      examples: [{ GOROOT: '/usr/local/go', GOPATH: '$HOME/go' }],
    },
    user: {
      type: 'string',
      minLength: 1,
      description:
        'Set it for this user only, in a file in its home. It must exist or be created by an earlier step.',
      examples: ['deploy'],
    },
    rc: {
      enum: ['.profile', '.bash_profile', '.bashrc', '.zprofile', '.zshrc'],
      default: '.profile',
      description: "With `user`: the file in the user's home that holds the block.",
      examples: ['.bashrc'],
    },
    state: presence('`absent` removes the file in /etc/profile.d, or the block.'),
  },
  dependentRequired: { rc: ['user'] },
};
