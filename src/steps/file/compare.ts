import type { Comparison } from '../../engine/step-kind.ts';
import type { View } from '../../engine/view.ts';
import { wantAbsent, wantFile } from '../../resources/path.ts';
import { normalMode } from '../normal-mode.ts';
import type { FileArgs } from './schema.ts';

/** A file with this content, mode and owner, or none. */
export function compare(args: FileArgs, view: View): Comparison {
  const { path, content = '', owner, group } = args;
  if (args.state === 'absent') return wantAbsent(view, { path });
  return wantFile(view, {
    path,
    content: Buffer.from(content),
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  });
}
