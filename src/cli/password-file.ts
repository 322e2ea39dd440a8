import { readFileSync, statSync } from 'node:fs';
import { fileProblem } from '../documents/file-problem.ts';
import { Secret } from '../secrets/secret.ts';
import { quote } from '../shell/quote.ts';
import { UsageError } from './usage.ts';

/**
 * Reads a password from a file: its text without the line end. Like OpenSSH with keys, it takes no file of ours that others
 * can read. Files of others, as containers mount secrets, and pipes (`<(pass show fleet)`) are taken.
 *
 * @param option the command line's name for it, such as `--password-file`.
 * @throws UsageError when it cannot be read, is empty, has several lines, or is open to others.
 */
export function readPasswordFile(option: string, path: string): Secret {
  let content: string;
  try {
    const { mode, uid } = statSync(path);
    if (uid === process.getuid?.() && (mode & 0o077) !== 0) {
      const shown = (mode & 0o7777).toString(8).padStart(4, '0');
      throw new UsageError(
        `${option}: ${path} can be read by others (mode ${shown})`,
        `chmod 600 ${quote(path)}`,
      );
    }
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option} ${path}: ${fileProblem(error, path).message}`);
  }
  const text = content.replace(/\r?\n$/, '');
  if (text === '')
    throw new UsageError(`${option}: ${path} is empty`, 'it is to hold the password, and nothing else');
  if (/[\r\n]/.test(text)) {
    throw new UsageError(
      `${option}: ${path} has several lines`,
      'it is to hold the password, and nothing else',
    );
  }
  return new Secret(text);
}
