import type { Secret } from '../secrets/secret.ts';
import type { ConnectionArguments } from './connection-arguments.ts';
import { givenPassword } from './given-password.ts';

/** The password for becoming other users. @throws UsageError when it is not to be had. */
export function becomePassword({
  askBecomePass,
  becomePasswordFile,
}: ConnectionArguments): Promise<Secret | undefined> {
  return givenPassword({
    askOption: '--ask-become-pass',
    ask: askBecomePass,
    fileOption: '--become-password-file',
    file: becomePasswordFile,
    question: 'Become password: ',
  });
}
