import { expect, test } from 'vitest';
import { concealed } from './conceal.ts';
import type { StepReport } from './events.ts';

const STEP = { id: 'p.yml#1', kind: 'file', name: 'n', file: 'p.yml', line: 1, column: 1 };
const REPORT: StepReport = {
  step: STEP,
  status: 'failed',
  changes: [
    {
      resource: 'file',
      target: '/etc/x',
      action: 'update',
      attribute: 'content',
      before: 'old hash',
      after: 'new hash',
      text: { before: Buffer.from('old text'), after: Buffer.from('new text') },
    },
    {
      resource: 'file',
      target: '/etc/x',
      action: 'update',
      attribute: 'mode',
      before: '0644',
      after: '0600',
    },
    { resource: 'file', target: '/etc/y', action: 'create', after: { mode: '0600', sha256: 'new hash' } },
    { resource: 'command', target: 'run it --now', action: 'run' },
  ],
  failure: {
    message: 'it said this',
    hint: 'do that',
    stderr: 'it said more',
    unknown: true,
    rolledBack: true,
  },
  notes: ['a note'],
  output: { stdout: 'printed' },
  duration: 1,
};

test('a report with nothing to hide is the same', () => {
  expect(concealed(REPORT)).toBe(REPORT);
});

test('of a secret neither values nor hashes are told, but who may read it', () => {
  const { changes, failure, output } = concealed({ ...REPORT, hidden: 'secret' });
  expect(changes).toEqual([
    { resource: 'file', target: '/etc/x', action: 'update', attribute: 'content', hidden: 'secret' },
    REPORT.changes[1],
    { resource: 'file', target: '/etc/y', action: 'create', after: { mode: '0600' }, hidden: 'secret' },
    { resource: 'command', target: 'run it --now', action: 'run', hidden: 'secret' },
  ]);
  expect({ failure, output }).toEqual({ failure: REPORT.failure, output: REPORT.output });
});

test('with no_log only what was changed is told, and what became of it', () => {
  const told = concealed({ ...REPORT, hidden: 'no_log' });
  expect(JSON.stringify(told)).not.toMatch(/hash|text|0644|run it|said|note|printed|do that/);
  expect(told.changes.map(({ resource, action, attribute }) => [resource, action, attribute])).toEqual([
    ['file', 'update', 'content'],
    ['file', 'update', 'mode'],
    ['file', 'create', undefined],
    ['command', 'run', undefined],
  ]);
  expect(told.failure).toMatchObject({ unknown: true, rolledBack: true });
});
