import type { JsonSchema } from '../engine/step-kind.ts';
import { BECOME_METHODS } from '../inventory/become-methods.ts';

/** What holds for a step that says nothing else. Times in seconds. */
export const STEP_DEFAULTS = { retries: 0, delay: 5, timeout: 600 } as const;

const DURATION_PATTERN = '^[0-9]+(\\.[0-9]+)?(s|m|h)$';
const TAG = '[^,\\s{}]+';

const VARIABLES: JsonSchema = {
  type: 'object',
  description: 'Variables by name. Texts may hold `{{ }}`.',
  examples: [{ version: '1.26.1' }],
};

const BECOME: JsonSchema = {
  type: 'boolean',
  description:
    'Act as another user, by default root, through sudo (see `become_method`). The step wins over the play, the play over the inventory (`ansible_become`).',
  examples: [true],
};

const BECOME_USER: JsonSchema = {
  type: 'string',
  minLength: 1,
  pattern: '^[^{}\\s]+$',
  description: 'The user to become, where `become` holds. Default root.',
  examples: ['postgres'],
};

const NO_LOG: JsonSchema = {
  type: 'boolean',
  default: false,
  description:
    'Tell nothing of the step but its name and what it changes: no values, no command line, no output, no reason of a failure. What it registers counts as secret.',
  examples: [true],
};

const BECOME_METHOD: JsonSchema = {
  enum: BECOME_METHODS,
  description:
    'The program that makes the login user another one. Default: as --become-method or the inventory (`ansible_become_method`) says, else sudo. One for each user that steps act as.',
  examples: ['su'],
};

const TAGS: JsonSchema = {
  anyOf: [
    { type: 'string', pattern: `^${TAG}(\\s*,\\s*${TAG})*$` },
    { type: 'array', items: { type: 'string', pattern: `^${TAG}$` } },
  ],
  description:
    'Words to choose steps by (`--tags`, `--skip-tags`). `always`: runs whichever tags are chosen. `never`: runs only when one of its tags is asked for.',
  examples: [['firewall'], 'always'],
};

function duration(description: string, minimum: JsonSchema, examples: readonly unknown[]): JsonSchema {
  return {
    anyOf: [
      { type: 'number', ...minimum },
      { type: 'string', pattern: DURATION_PATTERN, description: 'A time such as "90s", "5m" or "1.5h".' },
    ],
    description,
    examples,
  };
}

/** The keys of every step beside its kind. */
export const COMMON_KEYS: Readonly<Record<string, JsonSchema>> = {
  name: {
    type: 'string',
    minLength: 1,
    description: 'What the step is for, shown in every report. May hold `{{ }}`. Unique in its play.',
    examples: ['Deploy user'],
  },
  when: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'boolean' },
      { type: 'array', items: { anyOf: [{ type: 'string', minLength: 1 }, { type: 'boolean' }] } },
    ],
    description:
      'Condition, written without `{{ }}`; of a list all must hold. Where it is false the step is skipped.',
    examples: ['facts.arch == "arm64"', ['defined(proxy)', 'proxy != ""']],
  },
  loop: {
    anyOf: [{ type: 'array' }, { type: 'string', pattern: '^\\s*\\{\\{[\\s\\S]*\\}\\}\\s*$' }],
    description:
      'Carry the step out once for each item of this list; the item is `item` in its texts. A list, or one `{{ }}` that gives a list.',
    examples: [['alice', 'bob'], '{{ users }}'],
  },
  vars: { ...VARIABLES, description: 'Variables of this step alone. Texts may hold `{{ }}`.' },
  become: BECOME,
  become_user: BECOME_USER,
  become_method: BECOME_METHOD,
  tags: TAGS,
  retries: {
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    default: STEP_DEFAULTS.retries,
    description: 'How often a step that failed to apply is tried again.',
    examples: [5],
  },
  delay: {
    ...duration('Time between two tries: seconds, or a text such as "1m".', { minimum: 0 }, [10, '1m']),
    default: STEP_DEFAULTS.delay,
  },
  timeout: {
    ...duration(
      'Time limit for the work of the step on a host: seconds, or a text such as "30m".',
      { exclusiveMinimum: 0 },
      [60, '30m'],
    ),
    default: STEP_DEFAULTS.timeout,
  },
  register: {
    type: 'string',
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    description:
      'Keep the result under this name for later steps: `changed`, `failed`, `skipped`, and what the kind adds, such as `stdout` of a command. Letters, digits and `_`.',
    examples: ['version'],
  },
  ignore_errors: {
    type: 'boolean',
    default: false,
    description: 'Go on with the next step when this one fails. The failure is shown, but does not count.',
    examples: [true],
  },
  no_log: NO_LOG,
};

/** The keys that an `include` may have beside it: they hold for each of its steps. */
export const INCLUDE_KEYS: ReadonlySet<string> = new Set([
  'name',
  'when',
  'vars',
  'become',
  'become_user',
  'become_method',
  'tags',
  'no_log',
]);

export const INCLUDE: JsonSchema = {
  type: 'string',
  minLength: 1,
  pattern: '^(?:(?!\\{\\{)[\\s\\S])*$',
  description:
    'The steps of another file, a list, in this place. Relative to the file that names it; without `{{ }}`, as it is read before any host is known. `when`, `vars`, `become`, `become_user`, `become_method`, `tags` and `no_log` beside it hold for each of its steps.',
  examples: ['common/users.yml'],
};

/** The keys of a play. */
export const PLAY_KEYS: Readonly<Record<string, JsonSchema>> = {
  name: {
    type: 'string',
    minLength: 1,
    description: 'What the play is for. Default: its hosts.',
    examples: ['Offline Go toolchain'],
  },
  hosts: {
    anyOf: [
      { type: 'string', minLength: 1, pattern: '^(?:(?!\\{\\{)[\\s\\S])*$' },
      { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
    ],
    description:
      'Which hosts of the inventory: `all`, the name of a group or host, or a pattern such as `web:&prod:!web07`.',
    examples: ['all', 'web:&prod'],
  },
  vars: { ...VARIABLES, description: 'Variables of the play. Texts may hold `{{ }}`.' },
  vars_files: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 } },
    ],
    description:
      'YAML files with more variables, relative to this file. Later files win over earlier ones, `vars` over all of them.',
    examples: [['vars/versions.yml']],
  },
  become: BECOME,
  become_user: BECOME_USER,
  become_method: BECOME_METHOD,
  tags: { ...TAGS, description: 'Tags that every step of the play has beside its own.' },
  no_log: { ...NO_LOG, description: 'As `no_log` on every step of the play.' },
  steps: {
    type: 'array',
    description: 'What the hosts are to become, in order.',
  },
};

/** The rules for the keys of a play, a step and an include, each by itself: other keys are judged elsewhere. */
export const PLAY_SCHEMA: JsonSchema = { type: 'object', properties: PLAY_KEYS };
export const COMMON_SCHEMA: JsonSchema = { type: 'object', properties: COMMON_KEYS };
export const INCLUDE_SCHEMA: JsonSchema = { type: 'object', properties: { include: INCLUDE } };
