import type { Comparison } from '../../engine/step-kind.ts';
import type { View } from '../../engine/view.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { wantDirectory } from '../../resources/directory.ts';
import { normalPath } from '../../resources/host-path.ts';
import { normalMode } from '../normal-mode.ts';
import type { DirectoryArgs } from './schema.ts';

/** A directory with this mode and owner, or none. */
export function compare(args: DirectoryArgs, view: View): Comparison {
  const { owner, group, parents = false, recursive = false } = args;
  const path = normalPath(args.path);
  if (args.state === 'absent') return wantAbsent(view, { path, recursive, only: 'directory' });
  return wantDirectory(view, {
    path,
    parents,
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  });
}
