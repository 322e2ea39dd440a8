import { join } from 'node:path';
import { processHome, processUser } from '../../controller/process-user.ts';
import type { Diagnostic } from '../../documents/diagnostic.ts';
import { ConfigParser } from './parse.ts';
import { readConfigText } from './read-file.ts';
import { SshConfig } from './ssh-config.ts';

export interface ReadSshConfigOptions {
  /** Read instead of the usual files, as `ssh -F`; `none` for no file at all. */
  readonly file?: string;
  /** Default: that of the process. */
  readonly home?: string;
  readonly localUser?: string;
}

export interface ReadSshConfig {
  readonly config: SshConfig;
  /** With errors nothing of the files may be used. */
  readonly diagnostics: readonly Diagnostic[];
}

const SYSTEM = '/etc/ssh/ssh_config';

/**
 * Reads `~/.ssh/config` and `/etc/ssh/ssh_config`, or the one file that is named, with all that they include, as
 * ssh_config(5) says. Files that are not there say nothing, unless they were named.
 */
export function readSshConfig(options: ReadSshConfigOptions = {}): ReadSshConfig {
  const { file, home = processHome(), localUser = processUser() ?? '' } = options;
  const parser = new ConfigParser();
  const read = (path: string, kind: 'user' | 'system', checked: boolean): void => {
    const found = readConfigText(path, checked);
    if ('text' in found) parser.parse({ file: path, text: found.text }, { kind, home });
    else if ('wrong' in found || file !== undefined) {
      const wrong = 'wrong' in found ? found.wrong : 'there is no such file';
      const hint = 'hint' in found && found.hint !== undefined ? { hint: found.hint } : {};
      const message = `the SSH configuration cannot be used: ${wrong}`;
      parser.diagnostics.push({ severity: 'error', code: 'ssh-config', message, file: path, ...hint });
    }
  };
  if (file === undefined) {
    read(join(home, '.ssh', 'config'), 'user', true);
    read(SYSTEM, 'system', false);
  } else if (file !== 'none') read(file, 'user', false);
  return { config: new SshConfig(parser.blocks, localUser), diagnostics: parser.diagnostics };
}
