import type { Comparison } from '../../engine/step-kind.ts';
import type { View } from '../../engine/view.ts';
import { statLook } from '../../looks/stat.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { wantDirectory } from '../../resources/directory.ts';
import { ancestorsOf, normalPath, parentOf } from '../../resources/host-path.ts';
import { foreseeWriting, requireChangeable } from '../../resources/writable.ts';
import { normalMode } from '../normal-mode.ts';
import type { DirectoryArgs } from './schema.ts';

/** A directory with this mode and owner, or none. */
export function compare(args: DirectoryArgs, view: View): Comparison {
  const { owner, group, parents = false, recursive = false } = args;
  const path = normalPath(args.path);
  if (args.state === 'absent') return wantAbsent(view, { path, recursive, only: 'directory' });
  foreseeWriting(view, path, [parentOf(path), ...(parents ? ancestorsOf(path) : [])]);
  const comparison = wantDirectory(view, {
    path,
    parents,
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  });
  // Of a directory that is there only mode and owner can differ.
  if (comparison.changes.length > 0) requireChangeable(view, path, view.see(statLook(path))[0]);
  return comparison;
}
