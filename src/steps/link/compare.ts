import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { normalPath } from '../../resources/host-path.ts';
import { wantLink } from '../../resources/link.ts';
import type { LinkArgs } from './schema.ts';

/** A symbolic link that leads to a target, or none. */
export function compare(args: LinkArgs, view: View): Comparison {
  const { target, force = false } = args;
  const path = normalPath(args.path);
  if (args.state !== 'absent') {
    if (target === undefined) fail('a link needs a "target"');
    return wantLink(view, { path, target, force });
  }
  return wantAbsent(view, { path, only: 'link' });
}
