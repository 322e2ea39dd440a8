import type { JsonSchema } from '../../engine/step-kind.ts';

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const TEXTS = { type: 'array', items: TEXT } as const;
/** Numbers that were counted, and milliseconds. */
const COUNT = { type: 'integer', minimum: 0 } as const;
const POSITION = { type: 'integer', minimum: 1 } as const;
/** As many parts as `--shard` allows: one is kept for each. */
const PART = { type: 'integer', minimum: 1, maximum: 100_000 } as const;

const HIDDEN = { enum: ['no_log', 'secret'] } as const;

/** Keys that are not named may be there: newer versions tell more. */
function object(required: JsonSchema, optional: JsonSchema = {}): JsonSchema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

const STEP = object(
  { id: TEXT, kind: TEXT, name: TEXT, file: TEXT, line: POSITION, column: POSITION },
  { item: TEXT },
);

const CHANGE = object(
  { resource: TEXT, target: TEXT, action: { enum: ['create', 'update', 'delete', 'run'] } },
  {
    attribute: TEXT,
    before: {},
    after: {},
    difference: {
      type: 'object',
      properties: {
        added: COUNT,
        removed: COUNT,
        reason: { enum: ['binary', 'large', 'unseen'] },
        before: COUNT,
        after: COUNT,
      },
      oneOf: [{ required: ['added', 'removed'] }, { required: ['reason'] }],
    },
    diff: TEXT,
    hidden: HIDDEN,
  },
);
const CHANGES = { type: 'array', items: CHANGE } as const;

const FAILURE = object(
  { message: TEXT },
  { hint: TEXT, stderr: TEXT, unknown: FLAG, rolledBack: FLAG, lockout: FLAG },
);

const MODE = { enum: ['apply', 'dry-run', 'drift'] } as const;

/** The events that a report is made of, as docs/json-events.md has them, by kind. */
export const EVENT_SCHEMAS = {
  diagnostic: object(
    { severity: { enum: ['error', 'warning'] }, code: TEXT, message: TEXT },
    { file: TEXT, line: POSITION, column: POSITION, hint: TEXT },
  ),
  refused: object({
    problems: { type: 'array', items: object({ host: TEXT, step: STEP, message: TEXT }, { hint: TEXT }) },
  }),
  'run-started': object(
    { mode: MODE, hosts: { ...TEXTS, uniqueItems: true }, steps: COUNT },
    {
      time: TEXT,
      options: { type: 'object' },
      shard: object({
        index: PART,
        count: PART,
        hosts: COUNT,
        places: { type: 'array', items: COUNT, uniqueItems: true },
      }),
    },
  ),
  'host-started': object({ host: TEXT }),
  'host-connected': object({ host: TEXT }),
  'step-started': object({ host: TEXT, step: STEP, action: TEXT }),
  'step-finished': object(
    {
      host: TEXT,
      step: STEP,
      status: { enum: ['ok', 'changed', 'skipped', 'deferred', 'failed', 'unreached'] },
      changes: CHANGES,
      durationMs: COUNT,
    },
    {
      reason: TEXT,
      failure: FAILURE,
      ignored: FLAG,
      always: FLAG,
      notes: TEXTS,
      assumes: { type: 'array', items: STEP },
      output: { type: 'object' },
      hidden: HIDDEN,
    },
  ),
  'host-finished': object(
    {
      host: TEXT,
      status: { enum: ['ok', 'changed', 'failed', 'unreachable'] },
      surprises: { type: 'array', items: object({ step: STEP, predicted: CHANGES, made: CHANGES }) },
      connections: COUNT,
      roundTrips: COUNT,
      bytesSent: COUNT,
      durationMs: COUNT,
    },
    {
      failure: object(
        {
          kind: {
            enum: [
              'unreachable',
              'host-key',
              'login-refused',
              'privilege',
              'lost',
              'timeout',
              'locked',
              'protocol',
              'time-limit',
              'interrupted',
            ],
          },
          message: TEXT,
        },
        { hint: TEXT },
      ),
      bug: TEXT,
      bugStack: TEXT,
    },
  ),
  'run-finished': object({ mode: MODE, interrupted: FLAG, durationMs: COUNT }, { time: TEXT }),
} as const satisfies Readonly<Record<string, JsonSchema>>;
