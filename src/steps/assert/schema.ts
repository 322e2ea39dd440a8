import type { JsonSchema } from '../../engine/step-kind.ts';
import { PATH } from '../common-schema.ts';

/** Arguments of the `assert` step: everything that is given must hold. */
export interface AssertArgs {
  readonly os?: string | readonly string[];
  readonly distribution?: string | readonly string[];
  readonly version?: string;
  readonly arch?: string | readonly string[];
  readonly kernel?: string;
  readonly glibc?: string;
  readonly cpus?: string | number;
  readonly memory?: string | number;
  readonly disk?: readonly DiskRequirement[];
  readonly reach?: readonly ReachRequirement[];
  readonly time_skew?: string | number;
  readonly that?: readonly Condition[];
}

export interface DiskRequirement {
  readonly path: string;
  readonly free: string | number;
}

export interface ReachRequirement {
  readonly host: string;
  readonly port: number;
  readonly timeout?: number;
}

export interface Condition {
  readonly condition: boolean;
  readonly message: string;
}

function oneOrMore(description: string, example: string, others: readonly string[]): JsonSchema {
  const name = { type: 'string', minLength: 1 };
  return {
    anyOf: [name, { type: 'array', minItems: 1, items: name }],
    description,
    examples: [example, others],
  };
}

const RELATION = '^(>=|>|<=|<|=)? *';

function version(description: string, example: string): JsonSchema {
  return { type: 'string', pattern: `${RELATION}\\d+(\\.\\d+)*$`, description, examples: [example] };
}

const SIZE = '\\d+(\\.\\d+)? *([KMGT]i?B|B)$';

export const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    os: oneOrMore("The kernel's name, in lower case.", 'linux', ['linux']),
    distribution: oneOrMore('ID of os-release(5): one of these.', 'debian', ['debian', 'ubuntu']),
    version: version("The distribution's VERSION_ID, compared number by number.", '>=11'),
    arch: oneOrMore("The architecture in Go's names: one of these.", 'amd64', ['amd64', 'arm64']),
    kernel: version("The running kernel's release.", '>=5.10'),
    glibc: version('The version of glibc. A host with another C library fails.', '>=2.28'),
    cpus: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: `${RELATION}\\d+$` },
      ],
      description: 'Processors online; a bare number means at least so many.',
      examples: ['>=2', 2],
    },
    memory: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: `${RELATION}${SIZE}` },
      ],
      description:
        'Main memory that the kernel manages, a little less than is built in; without a relation at least so much.',
      examples: ['>=2 GiB', '512 MiB'],
    },
    disk: {
      type: 'array',
      minItems: 1,
      description: 'Free space where a path is, or would be.',
      examples: [[{ path: '/usr/local', free: '2 GiB' }]],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['path', 'free'],
        properties: {
          path: { ...PATH, description: 'A path; it need not exist yet.', examples: ['/usr/local'] },
          free: {
            anyOf: [
              { type: 'integer', minimum: 1 },
              { type: 'string', pattern: `^(>=)? *${SIZE}` },
            ],
            description: 'At least so much must be free for users without privilege (bytes, or with a unit).',
            examples: ['2 GiB'],
          },
        },
      },
    },
    reach: {
      type: 'array',
      minItems: 1,
      description: 'TCP connections that the host (not the controller) must be able to open.',
      examples: [[{ host: 'athens.internal', port: 3000 }]],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['host', 'port'],
        properties: {
          host: {
            type: 'string',
            pattern: '^[A-Za-z0-9_][A-Za-z0-9_.:%-]*$',
            description: 'Name or address, as the host resolves it.',
            examples: ['athens.internal'],
          },
          port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'TCP port.', examples: [3000] },
          timeout: {
            type: 'integer',
            minimum: 1,
            maximum: 60,
            default: 5,
            description: 'Seconds to wait for the connection.',
            examples: [5],
          },
        },
      },
    },
    time_skew: {
      anyOf: [
        { type: 'number', exclusiveMinimum: 0 },
        { type: 'string', pattern: '^(<=|<)? *\\d+(\\.\\d+)? *(ms|s|m)?$' },
      ],
      description:
        "How far the host's clock may be from the controller's, either way; seconds unless a unit is given.",
      examples: ['<=5s', 2],
    },
    that: {
      type: 'array',
      minItems: 1,
      description: 'Any other conditions, as expressions.',
      examples: [[{ condition: '{{ size(facts.addresses) > 0 }}', message: 'the host has an address' }]],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['condition', 'message'],
        properties: {
          condition: {
            type: 'boolean',
            description: 'Must come out true.',
            examples: ['{{ facts.cpus > 1 }}'],
          },
          message: {
            type: 'string',
            minLength: 1,
            description: 'What is required, in words.',
            examples: ['the host has two processors'],
          },
        },
      },
    },
  },
};
