import type { JsonSchema } from '../../engine/step-kind.ts';

/** One argument of a step kind, for a table. */
export interface ArgumentRow {
  /** `rules[].from` for an argument inside a list. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly defaultValue?: unknown;
  readonly description: string;
  readonly examples: readonly unknown[];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'mapping',
  null: 'nothing',
  array: 'list',
};

/** The arguments that a schema describes, those inside of mappings and lists behind their owner. */
export function argumentRows(schema: JsonSchema, prefix = ''): readonly ArgumentRow[] {
  const rows = new Map<string, ArgumentRow>();
  for (const form of formsOf(schema)) {
    const required = new Set((form.required ?? []) as readonly string[]);
    for (const [key, part] of Object.entries((form.properties ?? {}) as Record<string, unknown>)) {
      if (typeof part !== 'object' || part === null || rows.has(prefix + key)) continue;
      for (const row of rowsOf(prefix + key, part as JsonSchema, required.has(key))) {
        if (!rows.has(row.name)) rows.set(row.name, row);
      }
    }
  }
  return [...rows.values()];
}

function rowsOf(name: string, schema: JsonSchema, required: boolean): readonly ArgumentRow[] {
  const row: ArgumentRow = {
    name,
    type: typeOf(schema),
    required,
    description: String(schema.description ?? ''),
    examples: (schema.examples ?? []) as readonly unknown[],
    ...('default' in schema ? { defaultValue: schema.default } : {}),
  };
  const inside = formsOf(schema).flatMap((form) => [
    ...argumentRows({ ...form, anyOf: [], oneOf: [] }, `${name}.`),
    ...itemForms(form).flatMap((item) => argumentRows(item, `${name}[].`)),
  ]);
  return [row, ...inside];
}

function itemForms(schema: JsonSchema): readonly JsonSchema[] {
  const { items } = schema;
  return typeof items === 'object' && items !== null ? [items as JsonSchema] : [];
}

/** The schema itself and the alternatives that it offers. */
function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const choices = [...((schema.anyOf ?? []) as JsonSchema[]), ...((schema.oneOf ?? []) as JsonSchema[])];
  return [schema, ...choices.flatMap(formsOf)];
}

/** "text", "`present` or `absent`", "list of text". */
export function typeOf(schema: JsonSchema): string {
  if ('const' in schema) return code(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map(code).join(', ');
  const choices = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined;
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type) => type !== undefined,
  ) as readonly string[];
  if (types.length === 0 && choices !== undefined) {
    return [...new Set(choices.map(typeOf).filter((words) => words !== ''))].join(', or ');
  }
  return types.map((type) => typeWord(type, schema)).join(' or ');
}

function typeWord(type: string, schema: JsonSchema): string {
  const { items, additionalProperties: values } = schema;
  if (type === 'array' && typeof items === 'object' && items !== null) {
    const inner = typeOf(items as JsonSchema);
    if (inner === '') return 'list';
    if (inner === 'mapping') return 'list of mappings';
    return inner.includes(' or ') ? `list of (${inner})` : `list of ${inner}`;
  }
  if (type === 'object' && typeof values === 'object' && values !== null && schema.properties === undefined) {
    const inner = typeOf(values as JsonSchema);
    return inner === '' ? 'mapping' : `mapping to ${inner}`;
  }
  return TYPE_WORDS[type] ?? type;
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
