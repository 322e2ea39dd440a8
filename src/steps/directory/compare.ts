import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { statLook } from '../../looks/stat.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { describeState } from '../../resources/describe.ts';
import { wantDirectory } from '../../resources/directory.ts';
import { normalPath } from '../../resources/host-path.ts';
import { normalMode } from '../normal-mode.ts';
import type { DirectoryArgs } from './schema.ts';

/** A directory with this mode and owner, or none. */
export function compare(args: DirectoryArgs, view: View): Comparison {
  const { owner, group, parents = false, recursive = false } = args;
  const path = normalPath(args.path);
  if (args.state === 'absent') {
    const [now] = view.see(statLook(path));
    if (now.exists && now.type !== 'directory' && now.type !== 'unknown') {
      fail(
        `${path} is a ${describeState(now)} on this host, not a directory`,
        'remove it with a "file" step',
      );
    }
    return wantAbsent(view, { path, recursive });
  }
  return wantDirectory(view, {
    path,
    parents,
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  });
}
