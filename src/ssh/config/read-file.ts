import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fileProblem } from '../../documents/file-problem.ts';
import { quote } from '../../shell/quote.ts';

export type ReadText =
  | { readonly text: string }
  | { readonly missing: true }
  | { readonly wrong: string; readonly hint?: string };

/**
 * Reads a configuration file.
 *
 * @param checked whether it is refused when others may write to it, as OpenSSH refuses all but those that are named on
 * the command line and that of the system: whoever writes to it says where connections go.
 */
export function readConfigText(file: string, checked: boolean): ReadText {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const { mode, uid } = fstatSync(fd);
    const foreign = uid !== 0 && uid !== process.getuid?.();
    if (checked && foreign) return { wrong: `it belongs to another user (number ${uid})` };
    if (checked && (mode & 0o022) !== 0) {
      const told = (mode & 0o7777).toString(8).padStart(4, '0');
      return { wrong: `others may write to it (mode ${told})`, hint: `chmod go-w ${quote(file)}` };
    }
    return { text: readFileSync(fd, 'utf8') };
  } catch (error) {
    const { code, message } = fileProblem(error, file);
    return code === 'file-not-found' ? { missing: true } : { wrong: message.replace(/^.*?: /, '') };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
