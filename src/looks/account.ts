import { askedAs, type HostLook, type HostLookKind, hostLook } from '../engine/look.ts';
import type { AccountState } from './account-lines.ts';
import { type AccountQuery, accountsKind } from './accounts.ts';

export type { Account, AccountState } from './account-lines.ts';

const accountKind: HostLookKind<string, AccountState> = {
  name: 'account',
  ...askedAs(accountsKind, (name: string): AccountQuery => ({ name, asks: 'user' })),
};

/** Asks for a user by name. */
export function accountLook(name: string): HostLook<AccountState> {
  return hostLook(accountKind, name, name);
}
