import { NO_LOGIN_USER, processUser } from '../controller/process-user.ts';
import type { Connection } from '../inventory/connection.ts';
import type { SshConfig } from '../ssh/config/ssh-config.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import { UsageError } from './usage.ts';

/** Who logs in: the command line wins over the inventory, that over ssh_config; else the user of this process, as with ssh. */
export function loginUser(
  host: string,
  connection: Connection,
  options: ConnectionArguments,
  config: SshConfig,
): string {
  const name =
    options.user ?? connection.user ?? configuredUser(host, connection, options, config) ?? processUser();
  if (name === undefined) throw new UsageError(NO_LOGIN_USER.message, NO_LOGIN_USER.hint);
  return name;
}

/** Who logs in as ssh_config says: the system's ssh finds a host there by its name in the inventory. */
export function configuredUser(
  host: string,
  { address, transport }: Connection,
  options: Pick<ConnectionArguments, 'transport'>,
  config: SshConfig,
): string | undefined {
  const bySsh = (options.transport ?? transport) === 'openssh';
  return config.lookup(bySsh ? host : address).values.user;
}
