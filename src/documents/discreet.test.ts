import { expect, test } from 'vitest';
import { formatDiagnostics } from './format.ts';
import { parseYamlDocument } from './yaml.ts';

test.each([
  ['a: {{ hunter2 }}'],
  ['a: hunter2: b'],
  ['a: *hunter2'],
  ['a: &hunter2 [*hunter2]'],
  ['a: !hunter2'],
  ['a: !!int hunter2'],
  ['a: %hunter2'],
  ['a: "\\hunter2"'],
  ['a: "hunter2'],
  ['a: [hunter2'],
  ['a: {hunter2: b'],
  ['{{ hunter2 }}: a'],
  ['a: hunter2\n b: c'],
  ['a: !hunter2!x y'],
  ['%TAG hunter2\n--- a'],
])('nothing of a secret text is told, whatever is wrong with it: %j', (text) => {
  const { diagnostics } = parseYamlDocument(text, 'v.yml', { secret: true });
  expect(diagnostics.length).toBeGreaterThan(0);
  const told = formatDiagnostics(diagnostics);
  expect(told).toMatch(/^v\.yml:\d+:\d+: error: \S/);
  expect(told).not.toContain('hunter');
});

test.each([['pin: 0123456'], ['pin: 1.230'], ['pin: 98765432109876543210']])(
  'nor of a number: %j',
  (text) => {
    const { diagnostics } = parseYamlDocument(text, 'v.yml', { secret: true });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(formatDiagnostics(diagnostics).replace(/^v\.yml:\d+:\d+/, '')).not.toMatch(/\d{2}|9e9|1\.2[^ ,]/);
  },
);
