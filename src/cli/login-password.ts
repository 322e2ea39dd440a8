import type { Secret } from '../secrets/secret.ts';
import type { ConnectionArguments } from './arguments.ts';
import { readPasswordFile } from './password-file.ts';
import { UsageError } from './usage.ts';

/**
 * The password for logging in that the command line speaks of: asked once for the whole fleet, or read from a file.
 *
 * @throws UsageError when it is not to be had.
 */
export async function loginPassword({
  askPass,
  passwordFile,
}: ConnectionArguments): Promise<Secret | undefined> {
  if (passwordFile !== undefined) return readPasswordFile('--password-file', passwordFile);
  if (!askPass) return undefined;
  const { askHidden } = await import('./ask-hidden.ts');
  const answer = await askHidden('SSH password: ');
  if (answer !== undefined && answer.reveal() !== '') return answer;
  throw new UsageError(
    '--ask-pass: no password was given',
    'it is asked at the terminal; where there is none, use --password-file',
  );
}
