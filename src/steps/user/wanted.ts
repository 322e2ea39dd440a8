import { fail, Unpredictable, type View } from '../../engine/view.ts';
import { groupLook } from '../../looks/group.ts';
import { uidLook } from '../../looks/id-owner.ts';
import { passwordDigest, type ShadowState, shadowLook } from '../../looks/shadow.ts';
import { statLook } from '../../looks/stat.ts';
import { requireLocal } from '../../resources/accounts/require.ts';
import type { UserArgs } from './schema.ts';

/** Fails when another user has the number. */
export function requireFreeUid(view: View, name: string, uid: number | undefined): void {
  if (uid === undefined) return;
  const [owner] = view.see(uidLook(uid));
  if (owner === undefined || owner === name) return;
  fail(
    `the number ${uid} belongs to the user "${owner}" on this host`,
    'choose another uid, or leave it out',
  );
}

/** Fails when a group that the user is to be in is not there, or cannot be changed. */
export function requireGroups(view: View, names: readonly string[], asMember: boolean): void {
  const groups = view.see(...names.map((name) => groupLook(name)));
  groups.forEach((group, index) => {
    if (!group.exists) {
      fail(
        `the group "${names[index]}" does not exist on this host, and no earlier step creates it`,
        'add a "group" step before this one',
      );
    }
    if (asMember) requireLocal('group', group);
  });
}

/** Fails when the login shell is not a program on the host. */
export function requireShell(view: View, shell: string): void {
  const [state] = view.see(statLook(shell));
  if (state.exists && (state.type === 'link' || state.type === 'unknown')) return;
  if (state.exists && state.type === 'file' && /[1357]/.test(state.mode)) return;
  const hint = 'name a shell that is there (/bin/sh always is), or install it in an earlier step';
  if (state.exists) fail(`the shell ${shell} is no program on this host`, hint);
  fail(`the shell ${shell} does not exist on this host, and no earlier step brings it`, hint);
}

/** What is wanted of shadow(5), beside what is there. */
export interface Secrets {
  readonly now: ShadowState;
  readonly next: ShadowState;
}

/** Compares the managed parts of shadow(5); undefined when none is managed. Asks the host only then. */
export function compareSecrets(args: UserArgs, view: View, exists: boolean): Secrets | undefined {
  const { name, password, password_lock: lock, expires } = args;
  if (password === undefined && lock === undefined && expires === undefined) return undefined;
  const [seen] = view.see(shadowLook(name));
  if (!seen.exists && seen.reason === 'denied') {
    fail('this user may not read /etc/shadow', 'set "become: true" on the step or the play');
  }
  if (!seen.exists && seen.reason === 'no file') {
    fail('this host has no /etc/shadow', 'leave out password, password_lock and expires');
  }
  const fresh: ShadowState = { exists: true, locked: true, password: undefined, expires: undefined };
  const now = exists ? seen : fresh;
  const before = now.exists ? now : fresh;
  const digest = password === undefined ? before.password : passwordDigest(password);
  if (lock === false && digest === undefined) {
    fail(
      `"${name}" has no password on this host that could be unlocked`,
      'give a "password", or leave out "password_lock"',
    );
  }
  const next = {
    exists: true,
    // A new password must not open an account that somebody has locked, unless that is asked for.
    locked:
      lock ??
      (password === undefined ? before.locked : exists && before.password !== undefined && before.locked),
    password: digest,
    expires: expires === undefined ? before.expires : dayOf(expires),
  } as const;
  return { now, next };
}

/** Days since 1970-01-01, as shadow(5) counts; undefined for never. */
export function dayOf(expires: string): number | undefined {
  if (expires === 'never') return undefined;
  const day = Date.parse(`${expires}T00:00:00Z`) / 86_400_000;
  if (!Number.isInteger(day) || dateOf(day) !== expires)
    fail(`"expires": there is no such day as ${expires}`);
  return day;
}

/** The other way round, for changes. */
export function dateOf(day: number | undefined): string {
  return day === undefined ? 'never' : new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The host has not chosen a number yet, and one is asked for. */
export function unknownUid(name: string): never {
  throw new Unpredictable(`an earlier step adds the user "${name}"; the host will choose its number`);
}
