import { isDeepStrictEqual } from 'node:util';
import type { CodeKeywordDefinition, KeywordCxt } from 'ajv/dist/2020.js';

interface CodeTools {
  readonly _: typeof import('ajv/dist/2020.js')._;
}

/** The library's own `uniqueItems` compares by a function that fails on mappings without a prototype. */
export function uniqueItemsKeyword({ _ }: CodeTools): CodeKeywordDefinition {
  return {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: {
      message: 'must not have an item twice',
      params: ({ params }) => _`{i: ${params.i}, j: ${params.j}}`,
    },
    code(context: KeywordCxt) {
      const { gen, data, schema } = context;
      if (schema !== true) return;
      const find = gen.scopeValue('func', { ref: findDuplicate, code: _`findDuplicate` });
      const found = gen.const('found', _`${find}(${data})`);
      context.setParams({ i: _`${found}.i`, j: _`${found}.j` });
      context.fail(_`${found}`);
    },
  };
}

/** Indexes of the first two equal items, the later one first. Validators made by the build call it by this name. */
export function findDuplicate(
  items: readonly unknown[],
): { readonly i: number; readonly j: number } | undefined {
  const seen = new Map<unknown, number>();
  for (const [i, item] of items.entries()) {
    const plain = typeof item !== 'object' || item === null;
    const j = plain ? seen.get(item) : items.slice(0, i).findIndex((other) => isDeepStrictEqual(item, other));
    if (j !== undefined && j >= 0) return { i, j };
    if (plain) seen.set(item, i);
  }
  return undefined;
}
