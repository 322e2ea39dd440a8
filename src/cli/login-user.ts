import { userInfo } from 'node:os';
import type { Connection } from '../inventory/connection.ts';
import type { ConnectionArguments } from './arguments.ts';

/** Who logs in: the command line wins over the inventory; else the user of this process, as with ssh. */
export function loginUser({ user }: Connection, options: ConnectionArguments): string {
  return options.user ?? user ?? userInfo().username;
}
