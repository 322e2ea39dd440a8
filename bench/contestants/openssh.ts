import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote } from '../../src/shell/quote.ts';
import type { Endpoint, Fleet } from '../endpoints.ts';

const SIDE_BY_SIDE = fileURLToPath(new URL('../scripts/side-by-side.sh', import.meta.url));

/** Options of OpenSSH's programs that log in to a fleet, and nowhere else. */
export function sshOptions({ knownHosts, privateKey }: Fleet): readonly string[] {
  const settings = [
    `UserKnownHostsFile=${knownHosts}`,
    'StrictHostKeyChecking=yes',
    'BatchMode=yes',
    'IdentitiesOnly=yes',
  ];
  return ['-F', 'none', ...settings.flatMap((setting) => ['-o', setting]), '-i', privateKey];
}

/**
 * A command that runs one command of OpenSSH for each host, all at the same time.
 *
 * @param file is written: what to run, a line for each host.
 * @param commandFor the command for a host.
 */
export function forEachHost(
  directory: string,
  file: string,
  { endpoints }: Fleet,
  commandFor: (host: Endpoint) => string,
): readonly string[] {
  const path = join(directory, file);
  writeFileSync(path, `${endpoints.map(commandFor).join('\n')}\n`);
  return ['/bin/sh', SIDE_BY_SIDE, path];
}

/** Sends a file with scp, or with sftp in batch mode; a word such as `-O` can go before. */
export function copyCommand(
  program: 'scp' | 'sftp',
  fleet: Fleet,
  { address, port }: Endpoint,
  file: string,
  destination: string,
  words: readonly string[] = [],
): string {
  const options = [...sshOptions(fleet), '-P', String(port), ...words];
  if (program === 'scp')
    return ['scp', '-q', ...options, file, `root@${address}:${destination}`].map(quote).join(' ');
  const batch = `printf ${quote('put %s %s\\n')} ${quote(file)} ${quote(destination)}`;
  return `${batch} | ${['sftp', '-q', '-b', '-', ...options, `root@${address}`].map(quote).join(' ')} >/dev/null`;
}

/**
 * Sends a file by a script of the host's that proves and keeps it as the tool does: written beside the target, synced, hashed
 * and compared, renamed. OpenSSL hashes, as `sha256sum` of Debian 12 takes five times as long.
 *
 * @param sha256 that the file must have, in hexadecimal.
 */
export function provenCopyCommand(
  fleet: Fleet,
  { address, port }: Endpoint,
  file: string,
  destination: string,
  sha256: string,
  words: readonly string[] = [],
): string {
  const beside = `${destination}.part`;
  const script = [
    `cat >${quote(beside)}`,
    `sync ${quote(beside)}`,
    `[ "$(openssl dgst -sha256 -r ${quote(beside)})" = ${quote(`${sha256} *${beside}`)} ]`,
    `mv ${quote(beside)} ${quote(destination)}`,
  ].join(' && ');
  const ssh = ['ssh', ...sshOptions(fleet), '-p', String(port), ...words, `root@${address}`, script];
  return `${ssh.map(quote).join(' ')} <${quote(file)}`;
}
