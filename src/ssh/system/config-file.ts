import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostKeyPolicy } from '../host-keys/known-hosts-check.ts';
import { quotedPath } from './quoted-path.ts';
import type { JumpHostSettings, OpenSshSettings } from './settings.ts';
import { type SshTimes, timesOf } from './times.ts';

/** What ssh reads by itself where no file is named. */
const USUAL = 'Include ~/.ssh/config\nInclude /etc/ssh/ssh_config\n';

/**
 * Writes the ssh_config of one connection: first what must hold for the hosts on the way, then what the user's files say. ssh
 * hands the file on to the ssh of each jump host (`-F`), but none of the options of its command line (ssh(1), `-J`).
 *
 * @param folder private, its path without a character that a shell reads.
 * @returns its path.
 */
export function writeConfig(
  folder: string,
  settings: OpenSshSettings,
  target: SshTimes,
  asks: boolean,
): string {
  const path = join(folder, 'config');
  writeFileSync(path, configText(settings, target, asks), { mode: 0o600 });
  return path;
}

function configText(settings: OpenSshSettings, target: SshTimes, asks: boolean): string {
  const { configFile, jumpHosts, jumpPolicy } = settings;
  // A named file may be one that others write to: ssh refuses such ones when they are included.
  const rest =
    configFile === undefined ? USUAL : configFile === 'none' ? '' : readFileSync(configFile, 'utf8');
  // Of each option the first value counts (ssh_config(5)).
  const own = [
    `BatchMode ${asks ? 'no' : 'yes'}`,
    'NumberOfPasswordPrompts 1',
    // One that is shared would end with the host that came first, and may have been made under other rules of trust.
    'ControlPath none',
    'ControlMaster no',
    // A way that has fallen silent is not kept for ever, whatever becomes of us.
    ...timesOf(target).map(([keyword, value]) => `${keyword} ${value}`),
    ...jumpHosts.flatMap(block),
    // The files of the host, for those on the way that only ssh knows of.
    `Host * ${jumpHosts.map(({ name }) => `!${name}`).join(' ')}`,
    `StrictHostKeyChecking ${checking(jumpPolicy)}`,
    ...knownHostsLines(settings),
    'Host *',
  ];
  return `${own.join('\n')}\n${rest}`;
}

function block(host: JumpHostSettings): readonly string[] {
  const { name, hostName, port, user, identityFiles, hostKeyPolicy, proxyJump } = host;
  return [
    `Host ${name}`,
    ...(hostName === undefined ? [] : [`HostName ${hostName.replaceAll('%', '%%')}`]),
    ...(port === undefined ? [] : [`Port ${port}`]),
    ...(user === undefined ? [] : [`User ${quotedPath(user)}`]),
    ...identityFiles.map((path) => `IdentityFile ${quotedPath(path)}`),
    // Before OpenSSH 8.5 a question of its own could read as that for the password of the last host.
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    `StrictHostKeyChecking ${checking(hostKeyPolicy)}`,
    ...knownHostsLines(host),
    ...(proxyJump.length === 0 ? [] : [`ProxyJump ${proxyJump.join(',')}`]),
  ];
}

function checking(policy: HostKeyPolicy): string {
  return policy === 'strict' ? 'yes' : 'accept-new';
}

function knownHostsLines({ knownHosts }: { readonly knownHosts?: readonly string[] }): readonly string[] {
  if (knownHosts === undefined) return [];
  return [`UserKnownHostsFile ${knownHosts.map(quotedPath).join(' ')}`, 'GlobalKnownHostsFile /dev/null'];
}
