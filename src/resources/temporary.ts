import { randomBytes } from 'node:crypto';
import { type Shell, sh } from '../shell/quote.ts';
import { nameOf } from './host-path.ts';

/** A name to stand beside the target, without the directory: one that nobody can guess, and that a later run can recognise. */
export function temporaryName(path: string): string {
  return `.provision-${randomBytes(6).toString('hex')}-${shortName(nameOf(path))}`;
}

/** As much of a name as leaves room for what stands before it: names are 255 bytes at most (NAME_MAX), and no character is cut in half. */
export function shortName(name: string): string {
  let bytes = 0;
  let short = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > 100) break;
    short += character;
  }
  return short;
}

/** Removes what a run that was cut off left beside a target; for a shell that stands in the target's directory. */
export function removeStale(path: string): Shell {
  return sh`for old in .provision-????????????-${shortName(nameOf(path))}; do ${remove(sh`"$old"`)}; done`;
}

/** Removes a temporary file that may have its final name by now; for a shell that stands in its directory. */
export function removeTemporary(temporary: string): Shell {
  return remove(sh`${temporary}`);
}

/**
 * Hardly ever is there anything to remove, and a program costs a host more than a millisecond: so the shell looks first, by
 * itself. Nobody else makes such a name, and where there is none `rm -f` would have done nothing either.
 */
function remove(name: Shell): Shell {
  return sh`if [ -e ${name} ] || [ -L ${name} ]; then rm -f -- ${name}; fi`;
}
