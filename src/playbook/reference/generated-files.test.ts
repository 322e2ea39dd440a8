import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileSchema } from '../../documents/schema.ts';
import { parseYamlDocument, readYamlFile } from '../../documents/yaml.ts';
import { STEP_KINDS } from '../../steps/index.ts';
import { generatedFiles } from './generated-files.ts';
import { playbookSchema } from './playbook-schema.ts';

test.each([...generatedFiles()])('%s is in step with the code (else: npm run schemas)', (path, text) => {
  expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(text);
});

const schema = compileSchema(playbookSchema([...STEP_KINDS.values()]));

function isValid(text: string): boolean {
  const { document, diagnostics } = parseYamlDocument(text, 'test.yml');
  expect(diagnostics).toEqual([]);
  return schema.validate(document!).length === 0;
}

test("the editor's schema takes what the loader takes", () => {
  const play = (step: string) => `hosts: all\nsteps:\n  - ${step}\n`;
  expect(isValid(play('file: { path: /etc/motd, content: "{{ text }}" }'))).toBe(true);
  expect(isValid(play('{ name: x, when: [a, true], tags: [b], directory: { path: "{{ p }}" } }'))).toBe(true);
  expect(isValid(play('include: other.yml'))).toBe(true);
  expect(isValid(`- ${play('include: a.yml').replaceAll('\n', '\n  ')}`)).toBe(true);
  expect(isValid(play('file: { path: /etc/motd, contnet: x }'))).toBe(false);
  expect(isValid(play('name: no kind'))).toBe(false);
  expect(isValid(play('{ file: { path: /a }, directory: { path: /b } }'))).toBe(false);
  expect(isValid('steps: []')).toBe(false);
});

const playbooks = new URL('../../../playbooks/', import.meta.url);

test.each(readdirSync(playbooks).filter((name) => name.endsWith('.yml')))(
  "the playbook %s fits the editor's schema",
  (name) => {
    const { document } = readYamlFile(fileURLToPath(new URL(name, playbooks)), name);
    expect(schema.validate(document!)).toEqual([]);
  },
);

test('the schema says something about every key that can be written', () => {
  const silent: string[] = [];
  function walk(value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, part] of Object.entries((value as { properties?: object }).properties ?? {})) {
      const told = typeof part === 'object' && part !== null && ('description' in part || '$ref' in part);
      // In an alternative or condition a key may be named again without being described again.
      const again =
        /\/(anyOf|allOf|oneOf|not|dependentSchemas|else)\//.test(`${path}/`) && !path.endsWith('/else');
      if (!told && !again && part !== false) silent.push(`${path}/${name}`);
    }
    for (const [key, part] of Object.entries(value)) walk(part, `${path}/${key}`);
  }
  walk(playbookSchema([...STEP_KINDS.values()]), '');
  expect(silent).toEqual([]);
});
