import { accessSync, constants, statSync } from 'node:fs';
import { fileProblem } from '../documents/file-problem.ts';
import { UsageError } from './usage.ts';

/**
 * A file that the command line names and that may be needed only later, or never: a misspelt path is told at once.
 *
 * @param option the command line's name for it, such as `--identity`.
 * @param program the file may be one that is run.
 * @throws UsageError when it is not there, is a folder, or cannot be read.
 */
export function requireFile(
  option: string,
  path: string,
  { program = false, hint }: { readonly program?: boolean; readonly hint?: string } = {},
): void {
  try {
    if (statSync(path).isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (!program || !isAllowed(path, constants.X_OK)) accessSync(path, constants.R_OK);
  } catch (error) {
    throw new UsageError(`${option} ${path}: ${fileProblem(error, path).message}`, hint);
  }
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
