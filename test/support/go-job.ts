import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goTarball } from '../lab/go-tarball.ts';
import type { Lab } from '../lab/index.ts';

/** A folder as a team would have it: the real playbook, the artifact beside it, the lab's inventory. */
export interface GoJob {
  readonly directory: string;
  readonly playbook: string;
  readonly inventory: string;
  /** The arguments that every call needs: inventory, playbook, and the pins of the lab's toolchain. */
  readonly args: readonly string[];
  readonly version: string;
  readonly archive: string;
  /** Private key whose public half the playbook pushes for `deploy`. */
  readonly deployKey: string;
}

const PLAYBOOK = fileURLToPath(new URL('../../playbooks/go.yml', import.meta.url));

/** Lays the folder out, by default in a new temporary one. */
export async function goJob(
  lab: Lab,
  directory: string = mkdtempSync(join(tmpdir(), 'provision-go-')),
): Promise<GoJob> {
  const { path, sha256, version, arch } = await goTarball();
  mkdirSync(join(directory, 'artifacts'));
  const archive = `go${version}.linux-${arch}.tar.gz`;
  symlinkSync(path, join(directory, 'artifacts', archive));
  const playbook = join(directory, 'go.yml');
  copyFileSync(PLAYBOOK, playbook);
  const inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  const deployKey = lab.privateKey;
  const vars = join(directory, 'lab.yml');
  writeFileSync(
    vars,
    JSON.stringify({
      go: { version, sha256: { [arch]: sha256 } },
      deploy_keys: [readFileSync(`${deployKey}.pub`, 'utf8').trim()],
      // The lab's own network, so that the rule by source can be tried from here.
      service_network: '10.0.0.0/8',
    }),
  );
  return {
    directory,
    playbook,
    inventory,
    args: ['-i', inventory, playbook, '-e', `@${vars}`],
    version,
    archive,
    deployKey,
  };
}
