import { randomBytes } from 'node:crypto';
import { type Shell, sh } from '../shell/quote.ts';
import { nameOf, parentOf } from './host-path.ts';

/** A name beside the target that nobody can guess, and that a later run can recognise. */
export function temporaryBeside(path: string): string {
  const parent = parentOf(path);
  return `${parent === '/' ? '' : parent}/${temporaryName(path)}`;
}

/** The same without the directory. */
export function temporaryName(path: string): string {
  return `.provision-${randomBytes(6).toString('hex')}-${nameOf(path).slice(0, 100)}`;
}

/** Removes what a run that was cut off left beside a target; for a shell that stands in the target's directory. */
export function removeStale(path: string): Shell {
  return sh`for old in .provision-????????????-${nameOf(path).slice(0, 100)}; do rm -f -- "$old"; done`;
}
