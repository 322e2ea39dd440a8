import type { Secret } from '../secrets/secret.ts';
import type { ConnectionArguments } from './arguments.ts';
import { givenPassword } from './given-password.ts';

/** The password for logging in. @throws UsageError when it is not to be had. */
export function loginPassword({ askPass, passwordFile }: ConnectionArguments): Promise<Secret | undefined> {
  return givenPassword({
    askOption: '--ask-pass',
    ask: askPass,
    fileOption: '--password-file',
    file: passwordFile,
    question: 'SSH password: ',
  });
}
