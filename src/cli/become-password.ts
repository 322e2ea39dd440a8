import type { Secret } from '../secrets/secret.ts';
import type { ConnectionArguments } from './arguments.ts';
import { readPasswordFile } from './password-file.ts';
import { UsageError } from './usage.ts';

/**
 * The password for becoming other users that the command line speaks of: asked once for the whole fleet, or read from a file.
 *
 * @throws UsageError when it is not to be had.
 */
export async function becomePassword({
  askBecomePass,
  becomePasswordFile,
}: ConnectionArguments): Promise<Secret | undefined> {
  if (becomePasswordFile !== undefined) return readPasswordFile('--become-password-file', becomePasswordFile);
  if (!askBecomePass) return undefined;
  const { askHidden } = await import('./ask-hidden.ts');
  const answer = await askHidden('Become password: ');
  if (answer !== undefined && answer.reveal() !== '') return answer;
  throw new UsageError(
    '--ask-become-pass: no password was given',
    'it is asked at the terminal; where there is none, use --become-password-file',
  );
}
