import type { Secret } from '../secrets/secret.ts';
import { readPasswordFile } from './password-file.ts';
import { UsageError } from './usage.ts';

/** The two options that give one password. */
export interface PasswordOptions {
  /** As `--ask-pass`. */
  readonly askOption: string;
  readonly ask: boolean;
  /** As `--password-file`. */
  readonly fileOption: string;
  readonly file: string | undefined;
  readonly question: string;
}

/**
 * A password that the command line speaks of: asked once for the whole fleet, or read from a file.
 *
 * @throws UsageError when it is not to be had.
 */
export async function givenPassword(options: PasswordOptions): Promise<Secret | undefined> {
  const { askOption, fileOption, file } = options;
  if (file !== undefined) return readPasswordFile(fileOption, file);
  if (!options.ask) return undefined;
  const { askHidden } = await import('./ask-hidden.ts');
  const answer = await askHidden(options.question);
  if (answer === undefined)
    throw new UsageError(`${askOption}: there is no terminal to ask at`, `use ${fileOption}`);
  if (answer.reveal() !== '') return answer;
  throw new UsageError(`${askOption}: no password was typed`, `type it, or use ${fileOption}`);
}
