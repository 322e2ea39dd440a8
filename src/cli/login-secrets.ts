import { Secret } from '../secrets/secret.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import { givenPassword } from './given-password.ts';
import { readPasswordFile } from './password-file.ts';

/** Of the whole fleet. */
export interface LoginSecrets {
  /** To log in with. */
  readonly password?: Secret;
  /** Of key files that have one. */
  readonly passphrase?: Secret;
}

/**
 * The secrets for logging in that the command line and the environment speak of. The password is asked once.
 *
 * @throws UsageError when one is not to be had.
 */
export async function loginSecrets(options: ConnectionArguments): Promise<LoginSecrets> {
  const passphrase = passphraseOf(options);
  const password = await passwordOf(options);
  return {
    ...(password === undefined ? {} : { password }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}

function passphraseOf({ keyPassphraseFile }: ConnectionArguments): Secret | undefined {
  if (keyPassphraseFile !== undefined) {
    return readPasswordFile('--private-key-passphrase-file', keyPassphraseFile);
  }
  const given = process.env.PROVISION_PRIVATE_KEY_PASSPHRASE ?? '';
  return given === '' ? undefined : new Secret(given);
}

function passwordOf({ askPass, passwordFile }: ConnectionArguments): Promise<Secret | undefined> {
  return givenPassword({
    askOption: '--ask-pass',
    ask: askPass,
    fileOption: '--password-file',
    file: passwordFile,
    question: 'SSH password: ',
  });
}
