import type { JsonSchema } from '../../engine/step-kind.ts';
import { type Presence, presence } from '../common-schema.ts';

/** A value as it is written in a playbook. */
export type SettingValue = string | number | boolean | readonly (string | number)[];

export type Settings = Readonly<Record<string, SettingValue>>;

/** Arguments of the `sshd_config` step. */
export interface SshdConfigArgs {
  readonly name: string;
  readonly settings?: Settings;
  readonly match?: readonly { readonly criteria: string; readonly settings: Settings }[];
  readonly state?: Presence;
}

const TEXT = { type: 'string', minLength: 1, pattern: '^[^\\u0000-\\u001f\\u007f]+$' } as const;

const SETTINGS = {
  type: 'object',
  minProperties: 1,
  propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9]*$' },
  additionalProperties: {
    anyOf: [
      TEXT,
      { type: ['integer', 'boolean'] },
      { type: 'array', minItems: 1, items: { anyOf: [TEXT, { type: 'integer' }] } },
    ],
  },
} as const;

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: {
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
      maxLength: 64,
      description:
        'Name of the file in /etc/ssh/sshd_config.d, without `.conf`. sshd reads them in the order of their names, and the first value wins.',
      examples: ['10-hardening'],
    },
    settings: {
      ...SETTINGS,
      description:
        'Keywords of sshd_config(5) with their values. `true` and `false` become `yes` and `no`, which may be written as well; of a list, each keyword gets the form that it takes: several lines, words or a comma between.',
      examples: [
        {
          PasswordAuthentication: false,
          PermitRootLogin: 'prohibit-password',
          AllowUsers: ['deploy', 'ops'],
        },
      ],
    },
    match: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['criteria', 'settings'],
        properties: {
          criteria: {
            ...TEXT,
            description: 'What stands behind `Match`, as in sshd_config(5).',
            examples: ['Group sftponly', 'User backup Address 10.0.0.0/8'],
          },
          settings: {
            ...SETTINGS,
            description: 'What holds for those connections instead.',
            examples: [{ ForceCommand: 'internal-sftp', AllowTcpForwarding: false }],
          },
        },
      },
      description: 'Settings for some connections only.',
      examples: [[{ criteria: 'Group sftponly', settings: { ForceCommand: 'internal-sftp' } }]],
    },
    state: presence('`absent` removes the file.'),
  },
};
