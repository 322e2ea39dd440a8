import { join } from 'node:path';
import { dump } from 'js-yaml';
import { writeWhole } from './files.ts';
import { hostPublicKeys } from './identity.ts';
import { stateDirectory } from './paths.ts';
import type { LabHost, LoginUser } from './types.ts';
import { DISTROS } from './types.ts';

export function knownHostsFile(lab: string): string {
  return join(stateDirectory(lab), 'known_hosts');
}

/** Writes the lab's known_hosts: every key of every host, by address and by name. */
export async function writeKnownHosts(lab: string, hosts: readonly LabHost[]): Promise<void> {
  const lines = await Promise.all(
    hosts.map(async (host) => {
      const keys = await hostPublicKeys(host.name, host.distro);
      return keys.map((key) => `${host.address},${host.name} ${key}\n`);
    }),
  );
  await writeWhole(knownHostsFile(lab), lines.flat().join(''));
}

/**
 * The hosts as an inventory in Ansible's YAML format: all in the group `fleet`, and in a group named after their
 * system below it.
 */
export function inventoryText(
  hosts: readonly LabHost[],
  user: LoginUser,
  keyFile: string,
  knownHosts: string,
): string {
  const systems = DISTROS.filter((distro) => hosts.some((host) => host.distro === distro));
  const vars = (host: LabHost): object => ({
    ansible_host: host.address,
    ansible_port: host.port,
    ansible_user: host.distro === 'busybox' ? 'root' : user,
    ansible_ssh_private_key_file: keyFile,
  });
  const group = (distro: string): object => ({
    hosts: Object.fromEntries(
      hosts.filter((host) => host.distro === distro).map((host) => [host.name, vars(host)]),
    ),
  });
  const children = Object.fromEntries(systems.map((distro) => [distro, group(distro)]));
  return dump({ all: { vars: { provision_known_hosts: knownHosts }, children: { fleet: { children } } } });
}
