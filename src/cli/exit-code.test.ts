import { describe, expect, test } from 'vitest';
import { host, report, step, stepRef } from '../../test/support/fleet-report.ts';
import type { HostReport, RunMode } from '../engine/events.ts';
import { exitCodeOf } from './exit-code.ts';

const REF = stepRef(3, 'file', 'A file');
const CHANGE = { resource: 'file', target: '/etc/x', action: 'create' } as const;

const HOSTS = {
  ok: host('ok', [step(REF)]),
  changed: host('changed', [step(REF, { status: 'changed', changes: [CHANGE] })]),
  always: host('always', [step(REF, { status: 'changed', changes: [CHANGE], always: true })]),
  deferred: host('deferred', [step(REF, { status: 'deferred', reason: 'later' })]),
  failed: host('failed', [step(REF, { status: 'failed', failure: { message: 'no' } })]),
  ignored: host('ignored', [step(REF, { status: 'failed', failure: { message: 'no' }, ignored: true })]),
  unreachable: host('unreachable', [], {
    status: 'unreachable',
    connection: { kind: 'unreachable', message: 'gone' },
  }),
  bug: host('bug', [], { status: 'failed', bug: { message: 'oops' } }),
} satisfies Record<string, HostReport>;

type Fate = keyof typeof HOSTS;

/** Mode, --detailed-exitcode, how the hosts ended, exit code. */
const TABLE: readonly (readonly [RunMode, boolean, readonly Fate[], number])[] = [
  ['apply', false, ['ok'], 0],
  ['apply', false, ['changed'], 0],
  ['apply', true, ['changed'], 0],
  ['apply', false, ['ignored'], 0],
  ['apply', false, ['failed', 'changed'], 3],
  ['apply', false, ['unreachable', 'changed'], 4],
  ['apply', false, ['unreachable', 'failed'], 3],
  ['apply', false, ['unreachable', 'failed', 'bug'], 1],
  ['dry-run', false, ['changed'], 0],
  ['dry-run', true, ['ok'], 0],
  ['dry-run', true, ['ok', 'changed'], 2],
  ['dry-run', true, ['always'], 2],
  ['dry-run', true, ['deferred'], 0],
  ['dry-run', true, ['failed', 'changed'], 3],
  ['dry-run', true, ['unreachable', 'changed'], 4],
  ['drift', true, ['ok'], 0],
  ['drift', true, ['changed'], 2],
  ['drift', true, ['always'], 0],
  ['drift', true, ['deferred'], 0],
  ['drift', true, ['unreachable'], 4],
  ['drift', true, ['unreachable', 'changed'], 4],
  ['drift', true, ['failed', 'unreachable', 'changed'], 3],
];

describe('the worst wins', () => {
  test.each(TABLE)('%s, detailed %s, %j: %i', (mode, detailed, fates, code) => {
    const hosts = fates.map((fate) => HOSTS[fate]);
    expect(exitCodeOf(report(mode, hosts), detailed)).toBe(code);
  });

  test('an interrupted run is none of these', () => {
    expect(exitCodeOf({ ...report('apply', [HOSTS.failed]), interrupted: true }, false)).toBe(130);
  });
});
