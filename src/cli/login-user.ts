import type { Connection } from '../inventory/connection.ts';
import { NO_LOGIN_USER, processUser } from '../inventory/process-user.ts';
import type { ConnectionArguments } from './arguments.ts';
import { UsageError } from './usage.ts';

/** Who logs in: the command line wins over the inventory; else the user of this process, as with ssh. */
export function loginUser({ user }: Connection, options: ConnectionArguments): string {
  const name = options.user ?? user ?? processUser();
  if (name === undefined) throw new UsageError(NO_LOGIN_USER.message, NO_LOGIN_USER.hint);
  return name;
}
