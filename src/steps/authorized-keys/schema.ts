import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH, type Presence, presence } from '../common-schema.ts';

/** A key: a whole line of authorized_keys, or its parts. */
export type KeyArg =
  | string
  | {
      readonly key: string;
      readonly options?: string | readonly string[];
      readonly comment?: string;
    };

/** Arguments of the `authorized_keys` step. */
export interface AuthorizedKeysArgs {
  readonly user: string;
  readonly keys: readonly KeyArg[];
  readonly exclusive?: boolean;
  readonly path?: string;
  readonly manage_dir?: boolean;
  readonly state?: Presence;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['user', 'keys'],
  properties: {
    user: {
      type: 'string',
      minLength: 1,
      description: 'The user whom the keys let in. It must exist or be made by an earlier step.',
      examples: ['deploy'],
    },
    keys: {
      type: 'array',
      description:
        'The keys: each a whole line as it stands in authorized_keys (options, type, key, comment), or its parts.',
      examples: [['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAnIiq0fYlJ5/jJg6k3TKFqEiP6l7YjcrptVRXKmUlE ops']],
      items: {
        type: ['string', 'object'],
        additionalProperties: false,
        required: ['key'],
        properties: {
          key: {
            type: 'string',
            description: 'Type and key: the content of a .pub file.',
            examples: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMAnIiq0fYlJ5/jJg6k3TKFqEiP6l7YjcrptVRXKmUlE'],
          },
          options: {
            type: ['string', 'array'],
            items: { type: 'string', minLength: 1 },
            description: 'Restrictions as in sshd(8): one text, or a list of options.',
            examples: [['restrict', 'from="10.0.0.0/8"'], 'no-pty'],
          },
          comment: {
            type: 'string',
            pattern: '^[^\\n\\r\\u0000]*$',
            description: 'Whose key it is. When it is given, another comment on the host is a difference.',
            examples: ['ops@bastion'],
          },
        },
      },
    },
    exclusive: {
      type: 'boolean',
      default: false,
      description:
        'Remove every other key, and every line that is no comment. The list must not be empty then.',
      examples: [true],
    },
    path: {
      ...PATH,
      description: 'The file, when it is not ~/.ssh/authorized_keys.',
      examples: ['/etc/ssh/authorized_keys/deploy'],
    },
    manage_dir: {
      type: 'boolean',
      default: true,
      description:
        "Make and repair the directory of the file (0700, the user's), and take the write permission of others from the home. With `false` the directory must be there, and neither is touched.",
      examples: [false],
    },
    state: presence('`absent` removes the keys, whatever their options.'),
  },
};
