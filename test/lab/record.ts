import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory, readIfThere, writeWhole } from './files.ts';
import { hostAddress } from './names.ts';
import { hostPaths, stateDirectory } from './paths.ts';
import type { Distro, LabHost } from './types.ts';

/** The facts of a host that cannot be seen from outside; all else is looked up in the kernel each time. */
export interface HostRecord {
  readonly name: string;
  readonly distro: Distro;
  /** 1 … 250: gives its address and the name of its cable. */
  readonly index: number;
  /** The base it stands on. */
  readonly base: string;
  readonly diskMiB?: number;
}

export async function saveRecord(lab: string, record: HostRecord): Promise<void> {
  const file = hostPaths(lab, record.name, false).record;
  await makeDirectory(dirname(file));
  await writeWhole(file, `${JSON.stringify(record, null, 2)}\n`);
}

/** The records of all hosts of a lab, by index. */
export async function readRecords(lab: string): Promise<readonly HostRecord[]> {
  const directory = join(stateDirectory(lab), 'hosts');
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'));
  const texts = await Promise.all(names.map((name) => readIfThere(join(directory, name))));
  const records = texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as HostRecord]));
  return records.sort((a, b) => a.index - b.index);
}

/** A host as the lab's callers see it. */
export function hostOf(lab: string, slot: number, record: HostRecord): LabHost {
  const paths = hostPaths(lab, record.name, record.diskMiB !== undefined);
  return {
    name: record.name,
    distro: record.distro,
    address: hostAddress(slot, record.index),
    port: 22,
    upper: paths.upper,
    root: paths.root,
    ...(record.diskMiB === undefined ? {} : { diskMiB: record.diskMiB }),
  };
}
