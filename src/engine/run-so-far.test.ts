import { expect, test } from 'vitest';
import { outcomeOf } from '../reports/outcome.ts';
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

test('steps that were not tried are told as such, loops that were begun are not', () => {
  const told: EngineEvent[] = [];
  const run = new RunSoFar((event) => told.push(event));
  const planned = ['one', 'two', 'three', 'four'].map(step);
  run.listener({ type: 'run-started', mode: 'apply', hosts: ['a', 'b'], steps: 4 });
  for (const host of ['a', 'b']) run.listener({ type: 'host-observed', host, steps: 5, changes: 2, planned });
  run.listener({ type: 'step-finished', host: 'a', report: made });
  run.listener({ type: 'step-started', host: 'a', step: { ...step('two'), item: 'x' }, action: 'x' });
  const report = run.end()!;
  const ends = ({ steps }: HostReport): readonly string[] =>
    steps.map((one) => `${one.step.name} ${one.status}`);
  expect(report.hosts.map(ends)).toEqual([
    ['one changed', 'two failed', 'three unreached', 'four unreached'],
    ['one unreached', 'two unreached', 'three unreached', 'four unreached'],
  ]);
  expect(outcomeOf(report)).toMatchObject({ ok: 0, failed: 1, unreachable: 1, unreached: 6 });
  expect(told.filter(({ type }) => type === 'step-finished')).toHaveLength(8);
});
