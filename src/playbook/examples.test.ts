import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { dump } from 'js-yaml';
import { expect, test } from 'vitest';
import { STEP_KINDS } from '../steps/index.ts';
import { loadPlaybooks } from './load.ts';

const examples = [...STEP_KINDS.values()].flatMap((kind) =>
  kind.examples.map((example) => [`${kind.name}: ${example.title}`, kind.name, example.args] as const),
);

test.each([...STEP_KINDS.keys()])('%s has an example', (name) => {
  expect(STEP_KINDS.get(name)?.examples.length).toBeGreaterThan(0);
});

test.each(examples)('the example "%s" can be loaded as it is shown', (_title, kind, args) => {
  const folder = mkdtempSync(join(tmpdir(), 'provision-example-'));
  try {
    writeFileSync(join(folder, 'site.yml'), dump({ hosts: 'all', steps: [{ [kind]: args }] }));
    const { playbooks, diagnostics } = loadPlaybooks(['site.yml'], { cwd: folder });
    expect(diagnostics).toEqual([]);
    const [step] = playbooks[0]!.plays[0]!.steps;
    expect(step?.kind.name).toBe(kind);
    expect(plain(step?.args.raw)).toEqual(args);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Mappings of a document have no prototype. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test.each([...STEP_KINDS.values()].map((kind) => [kind.name, kind.schema] as const))(
  'the schema of %s is a valid schema',
  (_name, schema) => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  },
);
