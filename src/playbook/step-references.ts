import type { Play, PlaybookStep } from '../engine/playbook.ts';
import type { Reference } from '../expressions/reference.ts';
import { templatesOf } from './step-templates.ts';

/** Everything that a step names, its templates included, in no order. */
export function referencesOf(step: PlaybookStep, play: Play): readonly Reference[] {
  return [
    ...(step.loop?.references ?? []),
    ...step.when.flatMap(({ references }) => references),
    ...step.args.references,
    ...(step.name?.references ?? []),
    ...templatesOf(step, play).templates.flatMap(({ references }) => references),
  ];
}
