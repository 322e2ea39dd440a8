import type { StepRef } from '../engine/events.ts';
import { type Line, type Span, span } from './line.ts';

/** A step's name, with the item of its loop. */
export function stepName({ name, item }: StepRef): string {
  return item === undefined ? name : `${name} (${item})`;
}

/** Where a step is written: `playbooks/go.yml:12`. */
function stepPlace({ file, line }: StepRef): Span {
  return span(`${file}:${line}`, 'place');
}

/** A step as a heading: name and place. */
export function stepHeading(step: StepRef): Line {
  return [{ text: stepName(step) }, { text: '  ' }, stepPlace(step)];
}
