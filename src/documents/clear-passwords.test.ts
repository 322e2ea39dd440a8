import { expect, test } from 'vitest';
import { knownSecrets } from '../secrets/known.ts';
import { formatDiagnostics } from './format.ts';
import { parseYamlDocument } from './yaml.ts';

test.each([
  'all: {vars: {ansible_password: correct horse, x: [}}',
  'ansible_become_password: correct horse: x\n',
  'ansible_password: "correct horse"\n b: c\n',
  '{"ansible_ssh_pass": "correct horse", "b" 1}',
])('a password in the clear is masked where its file cannot be read: %j', (text) => {
  const { document, diagnostics } = parseYamlDocument(text, 'hosts.yml');
  expect(document).toBeUndefined();
  expect(knownSecrets.mask(formatDiagnostics(diagnostics))).not.toContain('correct horse');
});

test('what is no password is shown', () => {
  const { diagnostics } = parseYamlDocument('ansible_password: {{ from_elsewhere }}\n', 'hosts.yml');
  expect(knownSecrets.mask(formatDiagnostics(diagnostics))).toContain('{{ from_elsewhere }}');
});
