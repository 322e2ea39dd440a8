import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH } from '../common-schema.ts';

/** What is run: a program with its arguments, or text for `sh`. */
export type Program = string | readonly string[];

/** What a command must have said. */
export interface Expectation {
  readonly rc?: number | readonly number[];
  readonly stdout?: string;
  readonly stderr?: string;
  readonly stdout_matches?: string;
}

/** Arguments of the `command` step, normalized. Exactly one of `argv` and `shell`. */
export interface CommandArgs {
  readonly argv?: readonly string[];
  readonly shell?: string;
  readonly creates?: string;
  readonly removes?: string;
  readonly unless?: Program;
  readonly only_if?: Program;
  readonly read_only?: boolean;
  readonly expect?: Expectation;
  readonly chdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

const WORD: JsonSchema = { type: 'string', pattern: '^[^\\u0000]*$' };

const ARGV: JsonSchema = {
  type: 'array',
  minItems: 1,
  items: WORD,
  description: 'The program and its arguments, each as it is: no shell reads them.',
  examples: [['/usr/local/go/bin/go', 'version']],
};

const SHELL: JsonSchema = {
  ...WORD,
  minLength: 1,
  description: "Text for `sh -c`. The host's /bin/sh reads it: use POSIX shell only.",
  examples: ['cd /srv/app && ./migrate <schema.sql'],
};

function guard(description: string, example: Program): JsonSchema {
  return { anyOf: [SHELL, ARGV], description, examples: [example] };
}

const RC: JsonSchema = { type: 'integer', minimum: 0, maximum: 255 };

const FULL: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    argv: ARGV,
    shell: SHELL,
    creates: {
      ...PATH,
      description: 'A path that the command makes: when it is there, the command is not run.',
      examples: ['/var/lib/app/initialised'],
    },
    removes: {
      ...PATH,
      description: 'A path that the command removes: when it is not there, the command is not run.',
      examples: ['/etc/app/legacy.conf'],
    },
    unless: guard(
      'A command that changes nothing and says with status 0 that there is nothing to do.',
      'grep -q ready /var/lib/app/state',
    ),
    only_if: guard('A command that changes nothing; only when its status is 0 the command is run.', [
      'test',
      '-d',
      '/srv/app',
    ]),
    read_only: {
      type: 'boolean',
      default: false,
      description:
        'The command changes nothing: it runs while the host is observed, in dry runs and drift checks too, and is never a change.',
      examples: [true],
    },
    expect: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      description: 'What the command must say; anything else is a failure.',
      examples: [{ stdout: 'go version go1.26.1 linux/amd64' }],
      properties: {
        rc: {
          anyOf: [RC, { type: 'array', minItems: 1, items: RC }],
          default: 0,
          description: 'The exit status, or the list of allowed ones.',
          examples: [0, [0, 2]],
        },
        stdout: {
          type: 'string',
          description: 'Standard output, exactly, apart from one newline at the end.',
          examples: ['enabled'],
        },
        stderr: {
          type: 'string',
          description: 'Standard error, exactly, apart from one newline at the end.',
          examples: [''],
        },
        stdout_matches: {
          type: 'string',
          description: 'A regular expression (RE2) that standard output must match somewhere.',
          examples: ['^go version go1\\.26\\.'],
        },
      },
    },
    chdir: {
      ...PATH,
      description: 'Working directory. Default is the home of the user that the step acts as.',
      examples: ['/srv/app'],
    },
    env: {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
      additionalProperties: WORD,
      description: 'Environment variables, besides those of the session (LC_ALL is C).',
      examples: [{ GOFLAGS: '-mod=vendor' }],
    },
    stdin: {
      ...WORD,
      description: 'Text for standard input, which is empty otherwise. It stands in no process list.',
      examples: ['yes\n'],
    },
  },
  anyOf: [{ required: ['argv'] }, { required: ['shell'] }],
  dependentSchemas: { argv: { properties: { shell: false } } },
  if: { properties: { read_only: { const: true } }, required: ['read_only'] },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
  then: { properties: { creates: false, removes: false, unless: false, only_if: false } },
};

export const schema: JsonSchema = {
  anyOf: [ARGV, SHELL, FULL],
};
