import type { JsonSchema } from '../src/engine/step-kind.ts';
import { inventorySchema } from '../src/inventory/load.ts';
import { COMMON_SCHEMA, INCLUDE_SCHEMA, PLAY_SCHEMA } from '../src/playbook/common-keys.ts';
import { relaxed } from '../src/playbook/relaxed-schema.ts';
import { EVENT_SCHEMAS } from '../src/reports/merge/event-schemas.ts';
import { STEP_KINDS } from '../src/steps/index.ts';

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
