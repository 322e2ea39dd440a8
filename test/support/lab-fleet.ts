import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HostCounts, type Lab, type LabHost, openLab } from '../lab/index.ts';
import { labName } from './lab-name.ts';

/** The hosts of a file of tests, with an inventory of them and a folder for what the command line is to read. */
export interface LabFleet {
  readonly lab: Lab;
  readonly hosts: readonly LabHost[];
  /** Logs in as root. */
  readonly inventory: string;
  readonly directory: string;
  /** Writes a file into the folder, an object as JSON, which is YAML. Gives its path. */
  file(name: string, content: unknown): string;
  /** What a script prints on each host, side by side. */
  everywhere(script: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openFleet(purpose: string, counts: HostCounts): Promise<LabFleet> {
  const lab = await openLab({ name: labName(purpose) });
  const hosts = await lab.up(counts);
  const directory = mkdtempSync(join(tmpdir(), `provision-${purpose}-`));
  const inventory = join(directory, 'inventory.yml');
  await lab.writeInventory(inventory);
  return {
    lab,
    hosts,
    inventory,
    directory,
    file: (name, content) => {
      const path = join(directory, name);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    everywhere: (script) => Promise.all(hosts.map(async (host) => (await lab.exec(host, script)).stdout)),
    close: async () => {
      rmSync(directory, { recursive: true, force: true });
      await lab.down();
    },
  };
}
