import type { BecomeMethod } from '../inventory/become-methods.ts';
import type { TransportName } from '../inventory/transports.ts';
import type { HostKeyPolicy } from '../ssh/host-keys/known-hosts-check.ts';
import { all, one, type RawArguments, time } from './argument-values.ts';
import { UsageError } from './usage.ts';

export interface ConnectionArguments {
  readonly user?: string;
  readonly privateKeys: readonly string[];
  /** Ask for the password to log in with. */
  readonly askPass: boolean;
  /** File with that password. */
  readonly passwordFile?: string;
  /** File with the passphrase of key files. */
  readonly keyPassphraseFile?: string;
  readonly become: boolean;
  readonly becomeMethod?: BecomeMethod;
  /** Ask for the password to become others with. */
  readonly askBecomePass: boolean;
  /** File with that password. */
  readonly becomePasswordFile?: string;
  readonly knownHosts?: string;
  readonly transport?: TransportName;
  readonly hostKeyPolicy?: HostKeyPolicy;
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** In place of the usual ssh_config; `none` for none. */
  readonly sshConfig?: string;
}

/**
 * Reads the options of logging in.
 *
 * @throws UsageError
 */
export function readConnection(raw: RawArguments): ConnectionArguments {
  const user = one(raw, 'user');
  const knownHosts = one(raw, 'known-hosts');
  const transport = one(raw, 'transport') as TransportName | undefined;
  const becomeMethod = one(raw, 'become-method');
  const becomePasswordFile = one(raw, 'become-password-file');
  const askBecomePass = raw['ask-become-pass'] === true;
  if (askBecomePass && becomePasswordFile !== undefined) {
    throw new UsageError(
      'both --ask-become-pass and --become-password-file are given',
      'one of them is enough',
    );
  }
  const passwordFile = one(raw, 'password-file');
  const sshConfig = one(raw, 'ssh-config');
  const policy = one(raw, 'host-key-checking');
  const timeout = time(raw, 'connect-timeout', 0.1, 3600);
  const keyPassphraseFile = one(raw, 'private-key-passphrase-file');
  const askPass = raw['ask-pass'] === true;
  if (askPass && passwordFile !== undefined) {
    throw new UsageError('both --ask-pass and --password-file are given', 'one of them is enough');
  }
  return {
    askPass,
    privateKeys: all(raw, 'private-key'),
    become: raw.become === true,
    ...(policy === undefined ? {} : { hostKeyPolicy: policy as HostKeyPolicy }),
    ...(timeout === undefined ? {} : { connectTimeout: timeout }),
    ...(sshConfig === undefined ? {} : { sshConfig }),
    askBecomePass,
    ...(user === undefined ? {} : { user }),
    ...(transport === undefined ? {} : { transport }),
    ...(knownHosts === undefined ? {} : { knownHosts }),
    ...(becomeMethod === undefined ? {} : { becomeMethod: becomeMethod as BecomeMethod }),
    ...(becomePasswordFile === undefined ? {} : { becomePasswordFile }),
    ...(keyPassphraseFile === undefined ? {} : { keyPassphraseFile }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
}
