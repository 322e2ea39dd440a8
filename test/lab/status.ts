import { initOf } from './machine.ts';
import * as names from './names.ts';
import { findSlot, portStates } from './network.ts';
import { readRecords } from './record.ts';
import type { HostStatus } from './types.ts';

/** How each host of the lab stands, looked up in the kernel; empty when the lab is down. */
export async function labStatus(lab: string): Promise<readonly HostStatus[]> {
  const slot = await findSlot(lab);
  if (slot === undefined) return [];
  const ports = await portStates(slot);
  return Promise.all(
    (await readRecords(lab)).map(async (record) => {
      const pid = await initOf(lab, record.name);
      return {
        name: record.name,
        distro: record.distro,
        address: names.hostAddress(slot, record.index),
        state: pid === undefined ? 'stopped' : 'running',
        network: ports.get(names.cableName(slot, record.index)) ?? 'none',
        ...(pid === undefined ? {} : { pid }),
        ...(record.diskMiB === undefined ? {} : { diskMiB: record.diskMiB }),
      };
    }),
  );
}
