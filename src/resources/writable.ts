import type { PathState } from '../engine/effect.ts';
import { fail, type View } from '../engine/view.ts';
import { type Writable, writableLook } from '../looks/writable.ts';
import { parentOf } from './host-path.ts';

/**
 * Asks along whether a path and the directory that holds it may be written, before a `see` that makes a trip anyway: it
 * is wanted only when something is to change, and then no other trip is made for it.
 */
export function foreseeWriting(view: View, path: string, above: readonly string[] = [parentOf(path)]): void {
  if (view.asksForAnother) return;
  view.prefetch(...[...above, path].map((one) => writableLook(one)));
}

/**
 * Fails when what is at a path can neither be replaced nor have another mode or owner, whoever asks for it: on a
 * read-only mount, or immutable. What only the acting user lacks is not judged here.
 */
export function requireChangeable(view: View, path: string, now: PathState): void {
  if (view.asksForAnother || !now.exists || (now.type !== 'file' && now.type !== 'directory')) return;
  const [writable] = view.see(writableLook(path));
  requireForRoot(view, path, writable);
}

/** Fails where not even root may write, and says why. */
export function requireForRoot(view: View, path: string, writable: Writable): void {
  if (writable === 'read-only') {
    fail(
      `${path} is on a file system that is mounted read-only`,
      'mount it writable on the host (mount -o remount,rw), or choose a path on another file system',
    );
  }
  if (writable === 'no' && view.actingUser === 'root') {
    fail(
      `not even root may change ${path} on this host`,
      'it may be marked as immutable (lsattr -d shows it, chattr -i ends it), or belong to a server that does not trust root (NFS)',
    );
  }
}
