import type { Change } from '../../engine/change.ts';
import { fail, type View } from '../../engine/view.ts';

/** Fails when there is something to change and the acting user may not write the account files. */
export function requireRoot(view: View, changes: readonly Change[]): void {
  if (changes.length === 0 || view.actingUser === 'root') return;
  fail(
    `"${view.actingUser}" may not change users and groups on this host`,
    'set "become: true" on the step or the play',
  );
}

/** Fails for what a directory service serves: it can be used here, but not changed. */
export function requireLocal(what: 'user' | 'group', state: { name: string; local: boolean }): void {
  if (state.local) return;
  fail(
    `the ${what} "${state.name}" is not in /etc/${what === 'user' ? 'passwd' : 'group'} of this host: it comes from a directory service`,
    'change it in the directory service, or choose another name',
  );
}
