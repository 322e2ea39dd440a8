import { expect, test } from 'vitest';
import { compileSchema } from '../documents/schema.ts';
import { parseYamlDocument } from '../documents/yaml.ts';
import { inventorySchema } from './load.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
}

const schema = inventorySchema() as SchemaNode & Record<string, unknown>;
const owners: [string, SchemaNode][] = [['', schema], ...Object.entries(schema.$defs ?? {})];
const properties = owners.flatMap(([owner, { properties: found = {} }]) =>
  Object.entries(found).map(([name, node]) => [`${owner}/${name}`, node] as const),
);

test.each(properties)('%s is described, with examples that are valid', (name, node) => {
  expect(node.description).toMatch(/\.$/);
  expect(node.examples).not.toHaveLength(0);
  const validator = compileSchema({ ...(node as Record<string, unknown>), $defs: schema.$defs });
  for (const example of node.examples ?? []) {
    const document = parseYamlDocument(JSON.stringify(example), name).document!;
    expect(validator.validate(document)).toEqual([]);
  }
});

test('there are properties to look at', () => {
  expect(properties.length).toBeGreaterThan(10);
});
