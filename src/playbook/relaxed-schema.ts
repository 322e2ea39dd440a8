import type { JsonSchema } from '../engine/step-kind.ts';

/** Text that holds `{{ }}`: what it will be is known only when its variables are. */
const TEMPLATE: JsonSchema = { type: 'string', pattern: '\\{\\{' };

/** Rules that speak of the value as a whole, and cannot be judged while parts of it are open. */
const UNDECIDABLE = new Set([
  'if',
  'then',
  'else',
  'not',
  'contains',
  'minContains',
  'maxContains',
  'unevaluatedProperties',
  'unevaluatedItems',
]);

const SCHEMA_MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
const SCHEMA_LISTS = new Set(['prefixItems', 'anyOf', 'allOf']);
const SCHEMAS = new Set(['items', 'additionalProperties']);

/**
 * A schema for arguments that still hold `{{ }}`: such a text is let through wherever a value stands, everything
 * written out is judged as ever. What this refuses, the schema itself refuses for every value of the variables.
 */
export function relaxed(schema: JsonSchema): JsonSchema {
  return open(inner(schema));
}

/** Lets a text with `{{ }}` stand in the place of the value. */
function open(schema: unknown): JsonSchema {
  if (schema === true || schema === false || schema === undefined) return schema as never;
  return { if: TEMPLATE, else: schema };
}

function inner(schema: JsonSchema): JsonSchema {
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (UNDECIDABLE.has(keyword)) continue;
    if (SCHEMA_MAPS.has(keyword)) result[keyword] = mapValues(value, (part) => open(innerOf(part)));
    // Whether a key is there can be told, and the rest applies to the mapping itself.
    else if (keyword === 'dependentSchemas') result[keyword] = mapValues(value, innerOf);
    else if (SCHEMAS.has(keyword)) result[keyword] = open(innerOf(value));
    else if (SCHEMA_LISTS.has(keyword)) {
      const parts = (value as readonly unknown[]).map(innerOf);
      result[keyword] = keyword === 'prefixItems' ? parts.map(open) : parts;
    }
    // With parts open, several forms may fit.
    else if (keyword === 'oneOf') result.anyOf = (value as readonly unknown[]).map(innerOf);
    else result[keyword] = value;
  }
  return result;
}

function innerOf(schema: unknown): unknown {
  return typeof schema === 'object' && schema !== null ? inner(schema as JsonSchema) : schema;
}

function mapValues(value: unknown, change: (part: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([key, part]) => [key, change(part)]),
  );
}
