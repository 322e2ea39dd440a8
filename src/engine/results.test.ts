import { expect, test } from 'vitest';
import { newHostState } from './host-state.ts';
import type { PlaybookStep } from './playbook.ts';
import { keepResult } from './results.ts';

const step = {
  origin: { file: 'a.yml', range: { start: { line: 1 } } },
  register: 'asked',
  kind: { name: 'command' },
  ignoreErrors: true,
} as unknown as PlaybookStep;

test('a failure that carries output leaves both', () => {
  const state = newHostState(new Map(), false);
  const output = { rc: 3, stdout: '', stderr: 'no' };
  keepResult(step, [{ outcome: { kind: 'failed', problem: { message: 'it failed' }, output } }], state);
  expect(state.results.asked).toEqual({
    ...{ changed: false, skipped: false, failed: true, message: 'it failed' },
    ...output,
  });
});
