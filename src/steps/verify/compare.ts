import { type Comparison, converged } from '../../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { hashLook } from '../../looks/hash.ts';
import { statLook } from '../../looks/stat.ts';
import { normalPath } from '../../resources/host-path.ts';
import { requireReadable } from '../../resources/parent.ts';
import type { VerifyArgs } from './schema.ts';

/** A file with this hash, or a failure: nothing is ever changed. */
export function compare(args: VerifyArgs, view: View): Comparison {
  const path = normalPath(args.path);
  const expected = args.sha256.toLowerCase();
  const [now, { sha256 }] = view.see(statLook(path), hashLook(path));
  requireReadable(now, path);
  if (!now.exists) {
    fail(
      `${path} does not exist on this host, and no earlier step brings it`,
      'add an "upload" step before this one, or correct the path',
    );
  }
  if (now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (now.type === 'link') fail(`${path} is a link to ${now.target}`, 'verify the file that it leads to');
  if (now.type !== 'file') fail(`${path} is a ${now.type} on this host, not a file`);
  if (sha256 === undefined) {
    fail(`this user may not read ${path}`, 'set "become: true" on the step or the play');
  }
  if (sha256 !== expected) {
    fail(
      `${path} is not the expected file: its SHA-256 is ${sha256}, expected ${expected}`,
      'somebody has replaced or damaged it, or the hash belongs to another version; an "upload" step before this one puts the right file there',
    );
  }
  return converged();
}
