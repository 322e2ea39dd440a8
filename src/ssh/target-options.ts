import type { Connection } from '../inventory/connection.ts';
import type { TransportName } from '../inventory/transports.ts';
import type { Secret } from '../secrets/secret.ts';
import type { SshConfig } from './config/ssh-config.ts';
import type { GivenSettings } from './settings.ts';

/** What the command line says about connecting; it wins over the inventory, and that over ssh_config. */
export interface TargetOptions extends GivenSettings {
  /** Tried in order. */
  readonly privateKeys: readonly string[];
  /** Who logs in, whatever inventory and ssh_config say. Not at jump hosts, as with ssh. */
  readonly user?: string;
  /** Default: that of the process. */
  readonly home?: string;
  /** Default: as the inventory says, else ssh2. */
  readonly transport?: TransportName;
  /** For the system's ssh: in place of the usual ssh_config. */
  readonly configFile?: string;
  /** Socket of an SSH agent, as in SSH_AUTH_SOCK. */
  readonly agent?: string;
  /** For all hosts that ask for one. */
  readonly password?: Secret;
  /** OpenSSH's client configuration. Default: none. */
  readonly config?: SshConfig;
  /** How the inventory says that a jump host is reached, by its name there. */
  readonly inventoryHost?: (name: string) => Connection | undefined;
  /** Of key files that have one. */
  readonly passphrase?: Secret;
}
