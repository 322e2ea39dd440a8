import { type Comparison, converged } from '../engine/step-kind.ts';
import { fail, Unpredictable, type View } from '../engine/view.ts';
import { statLook } from '../looks/stat.ts';
import { describeState } from './describe.ts';
import { managedPath } from './host-path.ts';
import {
  nextState,
  type Ownership,
  ownerLooks,
  ownershipAction,
  ownershipChanges,
  requireOwners,
  requireRight,
} from './ownership.ts';
import { requireReadable } from './parent.ts';
import { foreseeWriting, requireChangeable } from './writable.ts';

/** A file that something else makes, with this mode and owner; its content is left alone. */
export function wantPermissions(view: View, wanted: Ownership & { readonly path: string }): Comparison {
  const path = managedPath(wanted.path);
  foreseeWriting(view, path, []);
  view.see(statLook(path), ...ownerLooks(wanted));
  requireOwners(view, wanted);
  const [now] = view.see(statLook(path));
  requireReadable(now, path);
  if (!now.exists) {
    fail(
      `${path} does not exist on this host, and no earlier step creates it`,
      'give its content: "content", "src" or "template" (content: "" for an empty file)',
    );
  }
  if (now.type === 'unknown') throw new Unpredictable(`${path} is made by an earlier command`);
  if (now.type !== 'file') fail(`${path} is a ${describeState(now)} on this host, not a file`);
  const next = { ...nextState(view, now, wanted, 'file', now.size), mtime: now.mtime };
  const changes = ownershipChanges('file', path, now, next);
  if (changes.length === 0) return converged();
  requireRight(view, path, now, next);
  requireChangeable(view, path, now);
  return {
    changes,
    effects: [{ type: 'path', path, state: next }],
    actions: () => [ownershipAction(path, now, next)],
  };
}
