import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Change } from '../../src/engine/change.ts';
import type { HostReport, RunMode, RunReport, StepRef, StepReport } from '../../src/engine/events.ts';
import { stepRef } from './fleet-report.ts';

/** Any run that the engine could tell of, and some that it could not: for properties of reports. */

const words = fc.constantFrom('one', 'two', 'três', 'a\nb', '\x1b[31mred', '');

const ref: fc.Arbitrary<StepRef> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.option(fc.constantFrom('x', 'y'), { nil: undefined }))
  .map(([line, item]) => stepRef(line, 'file', `Step ${line}`, item));

const bytes = fc.oneof(
  fc.constantFrom('', 'a\n', 'a\nb\n', 'a\nc\nd\n', 'x').map((text) => Buffer.from(text)),
  fc.constant(Buffer.from([0, 1, 2])),
);

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const textChange: fc.Arbitrary<Change> = fc
  .tuple(bytes, bytes, fc.constantFrom('seen', 'unseen', 'new'))
  .map(([before, after, kind]) => {
    const target = '/etc/x';
    if (kind === 'new') {
      return { resource: 'file', target, action: 'create', after: { mode: '0644' }, text: { after } };
    }
    const hashes = { before: sha256(before), after: sha256(after) };
    const text = kind === 'seen' ? { before, after } : { after };
    return { resource: 'file', target, action: 'update', attribute: 'content', ...hashes, text };
  });

const plainChange: fc.Arbitrary<Change> = fc.record(
  {
    resource: fc.constantFrom('file', 'user', 'ufw rule'),
    target: fc.constantFrom('/etc/x', 'deploy'),
    action: fc.constantFrom('create', 'update', 'delete', 'run'),
    attribute: fc.constantFrom('mode', 'shell'),
    before: fc.oneof(words, fc.constant(null), fc.record({ mode: words })),
    after: fc.oneof(words, fc.constant(7), fc.record({ mode: words, groups: fc.array(words) })),
  },
  { requiredKeys: ['resource', 'target', 'action'] },
);

const changes = fc.array(fc.oneof(textChange, plainChange), { maxLength: 3 });

const stepReport: fc.Arbitrary<StepReport> = fc.record(
  {
    step: ref,
    status: fc.constantFrom('ok', 'changed', 'skipped', 'deferred', 'failed', 'unreached'),
    changes,
    reason: words,
    failure: fc.record(
      {
        message: words,
        hint: words,
        stderr: words,
        unknown: fc.boolean(),
        rolledBack: fc.boolean(),
        lockout: fc.boolean(),
      },
      { requiredKeys: ['message'] },
    ),
    ignored: fc.boolean(),
    always: fc.boolean(),
    notes: fc.array(words, { maxLength: 2 }),
    assumes: fc.array(ref, { maxLength: 2 }),
    output: fc.record({ rc: fc.nat(3) }),
    duration: fc.nat(5_000),
  },
  { requiredKeys: ['step', 'status', 'changes', 'duration'] },
);

const hostReport: fc.Arbitrary<Omit<HostReport, 'host'>> = fc.record(
  {
    status: fc.constantFrom('ok', 'changed', 'failed', 'unreachable'),
    steps: fc.array(stepReport, { maxLength: 4 }),
    surprises: fc.array(fc.record({ step: ref, predicted: changes, made: changes }), { maxLength: 1 }),
    connection: fc.record(
      {
        kind: fc.constantFrom('unreachable', 'host-key', 'lost', 'interrupted'),
        message: words,
        hint: words,
      },
      { requiredKeys: ['kind', 'message'] },
    ),
    bug: fc.record({ message: words, stack: words }, { requiredKeys: ['message'] }),
    connections: fc.nat(1),
    roundTrips: fc.nat(9),
    bytesSent: fc.nat(1_000_000),
    duration: fc.nat(60_000),
  },
  {
    requiredKeys: ['status', 'steps', 'surprises', 'connections', 'roundTrips', 'bytesSent', 'duration'],
  },
);

/** A run over `web1…`, in an order that is not that of their names. */
export const anyReport: fc.Arbitrary<RunReport> = fc
  .record({
    mode: fc.constantFrom<RunMode>('apply', 'dry-run', 'drift'),
    hosts: fc.array(hostReport, { maxLength: 8 }),
    duration: fc.nat(60_000),
    interrupted: fc.boolean(),
  })
  .map(({ hosts, ...run }) => ({
    ...run,
    hosts: hosts.map((host, index) => ({ host: `web${(index * 7) % 31}`, ...host })),
  }));
