import { FACTS } from '../../looks/facts/index.ts';
import { STEP_KINDS } from '../../steps/index.ts';
import { factsReference } from './facts-reference.ts';
import { playbookSchema } from './playbook-schema.ts';
import { stepReference } from './step-reference.ts';

/** The files that are generated from the registries and committed, by their path in the repository. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const kinds = [...STEP_KINDS.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map([
    ['schemas/playbook.schema.json', `${JSON.stringify(playbookSchema(kinds), null, 2)}\n`],
    ['docs/steps.md', stepReference(kinds)],
    ['docs/facts.md', factsReference(FACTS.values())],
  ]);
}
