import type { Connection } from '../inventory/connection.ts';
import { NO_LOGIN_USER, processUser } from '../inventory/process-user.ts';
import type { SshConfig } from '../ssh/config/ssh-config.ts';
import type { ConnectionArguments } from './arguments.ts';
import { UsageError } from './usage.ts';

/** Who logs in: the command line wins over the inventory, that over ssh_config; else the user of this process, as with ssh. */
export function loginUser(
  { user, address }: Connection,
  options: ConnectionArguments,
  config: SshConfig,
): string {
  const name = options.user ?? user ?? config.lookup(address).values.user ?? processUser();
  if (name === undefined) throw new UsageError(NO_LOGIN_USER.message, NO_LOGIN_USER.hint);
  return name;
}
