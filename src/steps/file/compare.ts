import type { Comparison } from '../../engine/step-kind.ts';
import { beforeChanging, type View } from '../../engine/view.ts';
import { requireLocalFile } from '../../looks/local-file.ts';
import { wantAbsent } from '../../resources/absent.ts';
import { wantFile } from '../../resources/file.ts';
import { wantPermissions } from '../../resources/permissions.ts';
import { normalMode } from '../normal-mode.ts';
import { requireSshdAdmits } from '../sshd-config/admits.ts';
import type { FileArgs } from './schema.ts';

/** A file with this content, mode and owner, or none. */
export function compare(args: FileArgs, view: View): Comparison {
  const comparison = compareFile(args, view);
  if (comparison.changes.length > 0) beforeChanging(() => requireSshdAdmits(view, comparison.effects));
  return comparison;
}

function compareFile(args: FileArgs, view: View): Comparison {
  const { path, owner, group } = args;
  if (args.state === 'absent') return wantAbsent(view, { path, only: 'file' });
  const content = wantedContent(args, view);
  const ownership = {
    ...normalMode(args.mode),
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  };
  if (content === undefined) return wantPermissions(view, { path, ...ownership });
  return wantFile(view, { path, content, ...ownership });
}

function wantedContent(args: FileArgs, view: View): Uint8Array | undefined {
  if (args.content !== undefined) return Buffer.from(args.content);
  if (args.src !== undefined) return requireLocalFile(view, args.src);
  if (args.template !== undefined) return Buffer.from(view.rendered(args.template));
  return undefined;
}
