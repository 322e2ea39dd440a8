import type { Comparison } from '../../engine/step-kind.ts';
import { fail, type View } from '../../engine/view.ts';
import { requireLocalFile } from '../../looks/local-file.ts';
import { statLook } from '../../looks/stat.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { wantFile } from '../../resources/file.ts';
import { normalPath } from '../../resources/host-path.ts';
import { wantPermissions } from '../../resources/permissions.ts';
import { normalMode } from '../normal-mode.ts';
import type { FileArgs } from './schema.ts';

/** A file with this content, mode and owner, or none. */
export function compare(args: FileArgs, view: View): Comparison {
  const { path, owner, group } = args;
  if (args.state === 'absent') return absent(args, view);
  const content = wantedContent(args, view);
  const ownership = {
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
  if (content === undefined) return wantPermissions(view, { path, ...ownership });
  return wantFile(view, { path, content, ...ownership });
}

function absent(args: FileArgs, view: View): Comparison {
  const path = normalPath(args.path);
  const [now] = view.see(statLook(path));
  if (now.exists && now.type === 'directory') {
    fail(`${path} is a directory on this host, not a file`, 'remove it with a "directory" step');
  }
  return wantAbsent(view, { path });
}

function wantedContent(args: FileArgs, view: View): Uint8Array | undefined {
  if (args.content !== undefined) return Buffer.from(args.content);
  if (args.src !== undefined) return requireLocalFile(view, args.src);
  if (args.template !== undefined) return Buffer.from(view.rendered(args.template));
  return undefined;
}
