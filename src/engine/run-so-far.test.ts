import { expect, test } from 'vitest';
import type { EngineEvent, HostReport, StepRef, StepReport } from './events.ts';
import { RunSoFar } from './run-so-far.ts';

const step = (name: string): StepRef => ({ id: name, kind: 'file', name, file: 'p.yml', line: 1, column: 1 });
const made: StepReport = { step: step('one'), status: 'changed', changes: [], duration: 1 };
const done = { host: 'a', status: 'ok', steps: [], surprises: [] } as unknown as HostReport;

test('a run that is ended at once tells what was done, and what is unknown', () => {
  const told: EngineEvent[] = [];
  const run = new RunSoFar((event) => told.push(event));
  expect(run.end()).toBeUndefined();
  run.listener({ type: 'run-started', mode: 'apply', hosts: ['a', 'b', 'c'], steps: 2 });
  run.listener({ type: 'host-finished', host: 'a', report: done });
  run.listener({ type: 'step-started', host: 'b', step: step('one'), action: 'x' });
  run.listener({ type: 'step-finished', host: 'b', report: made });
  const changes = [{ resource: 'file', target: '/a', action: 'create' }] as const;
  run.listener({ type: 'step-started', host: 'b', step: step('two'), action: 'x', changes });
  const report = run.end();
  expect(report?.interrupted).toBe(true);
  expect(report?.hosts[0]).toBe(done);
  expect(report?.hosts[1]).toMatchObject({
    status: 'failed',
    steps: [made, { step: { name: 'two' }, status: 'failed', changes, failure: { unknown: true } }],
  });
  expect(report?.hosts[1]?.connection).toBeUndefined();
  expect(report?.hosts[2]).toMatchObject({
    status: 'unreachable',
    steps: [],
    connection: { kind: 'interrupted' },
  });
  expect(told.slice(-4).map(({ type }) => type)).toEqual([
    'step-finished',
    'host-finished',
    'host-finished',
    'run-finished',
  ]);
  run.listener({ type: 'host-connected', host: 'c' });
  expect(told.at(-1)).toEqual({ type: 'run-finished', report });
  expect(run.end()).toBeUndefined();
});
