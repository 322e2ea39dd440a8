import type { JsonSchema } from '../../engine/step-kind.ts';
import { type Presence, presence } from '../common-schema.ts';

/** Arguments of the `sudoers` step. */
export interface SudoersArgs {
  readonly name: string;
  readonly content?: string;
  readonly user?: string;
  readonly group?: string;
  readonly hosts?: readonly string[];
  readonly runas?: string;
  readonly nopasswd?: boolean;
  readonly commands?: readonly string[];
  readonly state?: Presence;
}

const WHO = { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' } as const;

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[^/\\s\\u0000]+$',
      description:
        'Name of the file in /etc/sudoers.d. sudo ignores names with a dot in them and names that end in "~", so those are refused.',
      examples: ['deploy', '50-deploy'],
    },
    content: {
      type: 'string',
      pattern: '^[^\\u0000]*$',
      description:
        'The whole content of the file, as in sudoers(5), instead of `user`, `group` and `commands`.',
      examples: ['deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart app\n'],
    },
    user: {
      ...WHO,
      description: 'The user who may run the commands.',
      examples: ['deploy'],
    },
    group: {
      ...WHO,
      description: 'The group whose members may run the commands.',
      examples: ['ops'],
    },
    hosts: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'string',
        pattern: '^!?[A-Za-z0-9_.:/-]+$',
        description: 'Name or address of a host, or `ALL`.',
        examples: ['ALL'],
      },
      default: ['ALL'],
      description: 'Hosts on which the rule holds.',
      examples: [['ALL']],
    },
    runas: {
      type: 'string',
      pattern: '^[A-Za-z0-9_.-]*(:[A-Za-z0-9_.-]+)?$',
      default: 'root',
      description: 'As whom the commands may be run: a user, `user:group`, or `ALL`.',
      examples: ['root', 'app', 'ALL'],
    },
    nopasswd: {
      type: 'boolean',
      default: false,
      description: 'Ask for no password.',
      examples: [true],
    },
    commands: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'string',
        pattern: '^(ALL|!?/[^\\n\\u0000\\\\]*|sudoedit [^\\n\\u0000\\\\]+)$',
        description: 'A command by its absolute path, or `ALL`, without backslashes.',
        examples: ['/usr/bin/systemctl restart app'],
      },
      description:
        'The commands with their arguments, by absolute path, or `ALL`. A command without arguments allows any; `""` after it allows none. A `*` among the arguments matches blanks too, so it allows further arguments: write each command out. Do not allow what opens a pager or an editor as root. The characters , : = that sudoers(5) wants escaped are escaped for you; for anything with a backslash use `content`.',
      examples: [['/usr/bin/systemctl restart app', '/usr/bin/systemctl reload app'], ['ALL']],
    },
    state: presence('`absent` removes the file.'),
  },
};
