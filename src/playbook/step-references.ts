import type { Play, PlaybookStep } from '../engine/playbook.ts';
import type { Reference } from '../expressions/reference.ts';
import { templatesOf } from './step-templates.ts';

const found = new WeakMap<Play, WeakMap<PlaybookStep, readonly Reference[]>>();

/** Everything that a step names, its templates included, in no order. Every check asks for it: it is gathered once. */
export function referencesOf(step: PlaybookStep, play: Play): readonly Reference[] {
  let ofPlay = found.get(play);
  if (ofPlay === undefined) {
    ofPlay = new WeakMap();
    found.set(play, ofPlay);
  }
  let references = ofPlay.get(step);
  if (references === undefined) {
    references = [
      ...(step.loop?.references ?? []),
      ...step.when.flatMap(({ references: named }) => named),
      ...step.args.references,
      ...(step.name?.references ?? []),
      ...templatesOf(step, play).templates.flatMap(({ references: named }) => named),
    ];
    ofPlay.set(step, references);
  }
  return references;
}
