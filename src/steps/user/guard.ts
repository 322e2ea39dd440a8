import type { Change } from '../../engine/change.ts';
import type { GuardNeed } from '../../engine/guard/need.ts';
import { refuseLockout } from '../../engine/guard/refuse-lockout.ts';
import type { View } from '../../engine/view.ts';
import type { Account } from '../../looks/account.ts';
import { statLook } from '../../looks/stat.ts';
import { nameOf } from '../../resources/host-path.ts';

/** Programs that are there to let nobody in. */
const NO_SHELLS = ['nologin', 'false', 'true', 'sync', 'halt', 'shutdown'];

/**
 * What has to be guarded when an account changes: that of the user that logs in, and root's. What is sure to cut the way in is
 * refused; what a lock, an expiry or another group comes to depends on how the host is set up, and a new connection tells.
 */
export function guardOfAccount(
  view: View,
  now: Account,
  next: Account,
  changes: readonly Change[],
): { readonly guard?: GuardNeed } {
  const { name } = now;
  if (name !== view.loginUser && name !== 'root') return {};
  if (changes.every(({ attribute }) => attribute === 'comment')) return {};
  if (name === view.loginUser) refuseWhatIsSure(view, now, next);
  const password = changes.some(({ attribute }) => attribute === 'password');
  return {
    guard: { what: `the account of ${name}`, accounts: [name], ...(password ? { password } : {}) },
  };
}

function refuseWhatIsSure(view: View, now: Account, next: Account): void {
  const { name } = now;
  const whom = `this would lock the controller out: it logs in to this host as "${name}"`;
  if (next.shell !== now.shell && NO_SHELLS.includes(nameOf(next.shell))) {
    refuseLockout(view, `${whom}, whom ${next.shell} lets do nothing`, 'choose a shell that runs commands');
  }
  if (next.uid !== now.uid) {
    refuseLockout(
      view,
      `${whom}, whose number cannot change from ${now.uid} to ${next.uid} while it is logged in`,
      'log in as another user (--user, ansible_user) to renumber this one',
    );
  }
  if (next.home === now.home) return;
  const [old, there] = view.see(...[now, next].map(({ home }) => statLook(`${home}/.ssh/authorized_keys`)));
  if (old?.exists !== true || there?.exists === true) return;
  refuseLockout(
    view,
    `${whom} with keys in ${now.home}/.ssh, and in its new home ${next.home} there are none`,
    `put them there first: "authorized_keys" with "path: ${next.home}/.ssh/authorized_keys"`,
  );
}
