import { LabError } from './errors.ts';
import type { HostRef } from './lab.ts';
import { findSlot } from './network.ts';
import type { HostRecord } from './record.ts';
import { readRecords } from './record.ts';

/** Which lab an operation is about, and where it says that something slow begins. */
export interface LabContext {
  readonly lab: string;
  readonly say: (line: string) => void;
}

export interface FoundHost {
  readonly slot: number;
  readonly record: HostRecord;
}

export function nameOf(host: HostRef): string {
  return typeof host === 'string' ? host : host.name;
}

/** @throws LabError when the lab is down or has no such host. */
export async function findHost(lab: string, host: HostRef): Promise<FoundHost> {
  const [slot, record] = await Promise.all([requireSlot(lab), findRecord(lab, host)]);
  return { slot, record };
}

/** Like {@link findHost}, for what has nothing to do with the network. */
export async function findRecord(lab: string, host: HostRef): Promise<HostRecord> {
  const records = await readRecords(lab);
  const record = records.find((found) => found.name === nameOf(host));
  if (record !== undefined) return record;
  const known = records.map((found) => found.name).join(', ');
  throw new LabError(`lab ${lab} has no host "${nameOf(host)}"; it has ${known === '' ? 'none' : known}`);
}

export async function requireSlot(lab: string): Promise<number> {
  const slot = await findSlot(lab);
  if (slot === undefined) throw new LabError(`lab ${lab} is not up: start it with "npm run lab -- up 1"`);
  return slot;
}
