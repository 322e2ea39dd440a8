import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH, type Presence, presence } from '../common-schema.ts';
import { ACCOUNT_NAME } from '../group/schema.ts';

/** Arguments of the `user` step. */
export interface UserArgs {
  readonly name: string;
  readonly uid?: number;
  readonly group?: string;
  readonly groups?: readonly string[];
  readonly append?: boolean;
  readonly shell?: string;
  readonly home?: string;
  readonly create_home?: boolean;
  readonly comment?: string;
  readonly system?: boolean;
  readonly password?: string;
  readonly password_lock?: boolean;
  readonly expires?: string;
  readonly state?: Presence;
  readonly remove?: boolean;
}

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { ...ACCOUNT_NAME, description: 'Name of the user.', examples: ['deploy'] },
    uid: {
      type: 'integer',
      minimum: 0,
      maximum: 4294967294,
      description:
        'Number of the user. When left out, the host chooses one for a new user, and any number is right for an existing one.',
      examples: [2000],
    },
    group: {
      ...ACCOUNT_NAME,
      description:
        "Primary group. It must exist or be made by an earlier step. When left out, a new user gets a group of its own name (or the default group, where the host's login.defs says so), and an existing user keeps what it has.",
      examples: ['app'],
    },
    groups: {
      type: 'array',
      items: ACCOUNT_NAME,
      description:
        'Further groups, which must exist or be made by earlier steps. They are added to those the user is in, unless `append` is false.',
      examples: [['sudo', 'adm']],
    },
    append: {
      type: 'boolean',
      default: true,
      description:
        'With `false` the user is in exactly `groups`, and is taken out of every other group. (In Ansible that is the default; here nothing is taken away unasked.)',
      examples: [false],
    },
    shell: {
      ...PATH,
      description:
        "Login shell; it must be on the host. When left out, a new user gets the host's default (/etc/default/useradd, else /bin/sh).",
      examples: ['/bin/bash', '/usr/sbin/nologin'],
    },
    home: {
      ...PATH,
      pattern: '^(/[^/:\\u0000\\n]+)+$',
      description:
        'Home directory. When left out, /home/NAME for a new user. When it changes for an existing user, nothing is moved.',
      examples: ['/srv/app'],
    },
    create_home: {
      type: 'boolean',
      default: true,
      description:
        'Make the home directory when it is missing, filled from /etc/skel, and give a stray one to the user. With `false` whatever is there is left alone.',
      examples: [false],
    },
    comment: {
      type: 'string',
      pattern: '^[^:\\u0000\\n]*$',
      description: 'The comment (GECOS) field: a full name or what the account is for.',
      examples: ['Deployment'],
    },
    system: {
      type: 'boolean',
      default: false,
      description: 'Choose the number of a new user from the range for system accounts.',
      examples: [true],
    },
    password: {
      type: 'string',
      pattern: '^(\\*|\\$[A-Za-z0-9.-]+\\$[A-Za-z0-9./$=,_-]+)$',
      description:
        'Password hash as in shadow(5), as `mkpasswd -m yescrypt` or `openssl passwd -6` make it, or "*" for an account that no password opens. Never the password itself. It reaches the host on standard input and is never shown.',
      examples: ['*'],
    },
    password_lock: {
      type: 'boolean',
      description:
        'Lock the password (`!` before the hash), or unlock it. When left out, the lock is not managed. Keys still log in; use `expires` to shut an account.',
      examples: [true],
    },
    expires: {
      type: 'string',
      pattern: '^(\\d{4}-\\d{2}-\\d{2}|never)$',
      description: 'The day from which nobody can log in any more, in quotes, or "never".',
      examples: ['2027-12-31', 'never'],
    },
    state: presence('`absent` removes the user, and the group of its own name when nobody else is in it.'),
    remove: {
      type: 'boolean',
      default: false,
      description:
        'With `state: absent`: remove the home directory and everything in it, and the mailbox, when they belong to the user. Refused when something is mounted in it.',
      examples: [true],
    },
  },
};
