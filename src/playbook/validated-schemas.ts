import type { JsonSchema } from '../engine/step-kind.ts';
import { inventorySchema } from '../inventory/load.ts';
import { EVENT_SCHEMAS } from '../reports/merge/event-schemas.ts';
import { STEP_KINDS } from '../steps/index.ts';
import { COMMON_SCHEMA, INCLUDE_SCHEMA, PLAY_SCHEMA } from './common-keys.ts';
import { relaxed } from './relaxed-schema.ts';

/** Every schema that documents and streams of events are validated with: the build makes a validator for each. */
export function validatedSchemas(): readonly JsonSchema[] {
  const kinds = [...STEP_KINDS.values()].map(({ schema }) => schema);
  return [
    ...kinds,
    ...kinds.map(relaxed),
    PLAY_SCHEMA,
    COMMON_SCHEMA,
    INCLUDE_SCHEMA,
    inventorySchema(),
    ...Object.values(EVENT_SCHEMAS),
  ];
}
