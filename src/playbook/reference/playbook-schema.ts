import type { JsonSchema, StepKind } from '../../engine/step-kind.ts';
import { COMMON_KEYS, INCLUDE, PLAY_KEYS } from '../common-keys.ts';
import { relaxed } from '../relaxed-schema.ts';

/** The notes that editors show; they must stand outside of conditions to be found. */
const ANNOTATIONS = ['title', 'description', 'examples', 'default'] as const;

/**
 * The schema of playbook files for editors: completion, hover and marks. It lets `{{ }}` stand wherever a value may
 * come from a variable. `provision` itself does not use it: it looks at the key of the kind first, and so says what is
 * wrong with that kind instead of with all.
 */
export function playbookSchema(kinds: readonly StepKind<never>[]): JsonSchema {
  const names = kinds.map(({ name }) => name);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Playbook of provision',
    description: 'One play, or a list of plays.',
    type: ['object', 'array'],
    if: { type: 'array' },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { items: { $ref: '#/$defs/play' } },
    else: { $ref: '#/$defs/play' },
    $defs: {
      play: {
        type: 'object',
        description: 'Steps for some hosts.',
        additionalProperties: false,
        required: ['hosts', 'steps'],
        properties: { ...PLAY_KEYS, steps: { ...PLAY_KEYS.steps, items: { $ref: '#/$defs/step' } } },
      },
      step: {
        type: 'object',
        description: 'One step: the key of its kind, and common keys beside it.',
        additionalProperties: false,
        properties: {
          ...COMMON_KEYS,
          include: INCLUDE,
          ...Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/kind.${name}` }])),
        },
        oneOf: [...names, 'include'].map((name) => ({ required: [name] })),
      },
      ...Object.fromEntries(kinds.map((kind) => [`kind.${kind.name}`, kindSchema(kind)])),
    },
  };
}

function kindSchema(kind: StepKind<never>): JsonSchema {
  const { summary, description, examples, schema } = kind;
  return {
    title: kind.name,
    description: `${summary}\n\n${description.replaceAll(/(?<!\n)\n(?!\n|[-*|#] |\s)/g, ' ')}`,
    examples: examples.map(({ args }) => args),
    ...(annotated(relaxed(schema)) as object),
  };
}

/** Copies the notes of a schema that stands behind a condition before the condition. */
function annotated(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(annotated);
  if (typeof schema !== 'object' || schema === null) return schema;
  const result = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, annotated(value)]));
  const behind = result.else as Record<string, unknown> | undefined;
  if (typeof behind !== 'object' || behind === null || result.if === undefined) return result;
  const notes = Object.fromEntries(
    ANNOTATIONS.flatMap((name) => (name in behind ? [[name, behind[name]]] : [])),
  );
  const bare = Object.fromEntries(Object.entries(behind).filter(([key]) => !(key in notes)));
  return { ...notes, ...result, else: bare };
}
