import type { Change } from '../../engine/change.ts';
import type { VariedChange } from '../change-groups.ts';

/** A change of one host (or the same on several) in the form in which groups have them. */
export function alone(change: Change): VariedChange {
  return {
    change,
    before: [{ value: change.before, hosts: [] }],
    after: [{ value: change.after, hosts: [] }],
    pairs: [{ value: change, hosts: [] }],
  };
}
