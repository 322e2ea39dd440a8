import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quotedPath } from './quoted-path.ts';
import type { OpenSshSettings } from './settings.ts';

/** What ssh reads by itself where no file is named. */
const USUAL = 'Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n';

/**
 * Writes the ssh_config of one connection: first what must hold for every host on the way, then what the user's files say. ssh
 * hands the file on to the ssh of each jump host (`-F`), but none of the options of its command line (ssh(1), `-J`).
 *
 * @param folder private, its path without a character that a shell reads.
 * @returns its path.
 */
export function writeConfig(folder: string, settings: OpenSshSettings, asks: boolean): string {
  const path = join(folder, 'config');
  writeFileSync(path, configText(settings, asks), { mode: 0o600 });
  return path;
}

function configText({ configFile, knownHosts, jumpPolicy }: OpenSshSettings, asks: boolean): string {
  const own = [
    `StrictHostKeyChecking ${jumpPolicy === 'strict' ? 'yes' : 'accept-new'}`,
    ...(knownHosts === undefined
      ? []
      : [`UserKnownHostsFile ${knownHosts.map(quotedPath).join(' ')}`, 'GlobalKnownHostsFile /dev/null']),
    `BatchMode ${asks ? 'no' : 'yes'}`,
    'NumberOfPasswordPrompts 1',
  ];
  // A named file may be one that others write to: ssh refuses such ones when they are included.
  const rest =
    configFile === undefined ? USUAL : configFile === 'none' ? '' : readFileSync(configFile, 'utf8');
  return `${own.join('\n')}\n${rest}`;
}
