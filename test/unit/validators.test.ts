import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { validatedSchemas } from '../../scripts/validated-schemas.ts';
import { createAjv } from '../../src/documents/ajv.ts';
import { type QuickCheck, quickCheck, validatorName } from '../../src/documents/precompiled.ts';
import { validatorCode } from '../../src/documents/validator-code.ts';
import { relaxed } from '../../src/playbook/relaxed-schema.ts';
import { STEP_KINDS } from '../../src/steps/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'provision-validators-'));
afterAll(() => rmSync(directory, { recursive: true }));
for (const schema of validatedSchemas())
  writeFileSync(join(directory, validatorName(schema)), validatorCode(schema));

const ajv = createAjv({ allErrors: true, verbose: true });

function built(schema: object): QuickCheck {
  const check = quickCheck(schema, directory);
  if (check === undefined) throw new Error('the build made no validator for this schema');
  return check;
}

/** The value, and it with each part in turn left out or replaced by something odd, at any depth. */
function variants(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null)
    return [value, null, '', 'a {{ b }} c', -1, 1.5, true, {}, []];
  if (Array.isArray(value)) {
    const changed = value.flatMap((item, at) => variants(item).map((other) => value.with(at, other)));
    return [value, ...changed, [], [...value, ...value], { 0: 'x' }];
  }
  const keys = Object.keys(value);
  const source = value as Record<string, unknown>;
  return [
    value,
    ...keys.map((left) => Object.fromEntries(Object.entries(source).filter(([key]) => key !== left))),
    ...keys.flatMap((key) => variants(source[key]).map((other) => ({ ...source, [key]: other }))),
    { ...source, unheard: 1 },
  ];
}

describe.each([...STEP_KINDS.values()].map((kind) => [kind.name, kind] as const))('%s', (_, kind) => {
  test.each([
    ['strict', kind.schema],
    ['relaxed', relaxed(kind.schema)],
  ])('the built validator (%s) judges examples and their variants as the full one does', (_, schema) => {
    const full = ajv.compile(schema);
    const quick = built(schema);
    const values = kind.examples.flatMap(({ args }) => variants(args));
    const verdicts = values.map((value) => full(value));
    expect(values.map(quick)).toEqual(verdicts);
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });
});

test('all built validators judge any value as the full ones do', () => {
  const pairs = validatedSchemas().map((schema) => [built(schema), ajv.compile(schema)] as const);
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      for (const [quick, full] of pairs) expect(quick(value)).toBe(full(value));
    }),
  );
});

test('another schema has no validator', () => {
  expect(quickCheck({ type: 'object' }, directory)).toBeUndefined();
});
