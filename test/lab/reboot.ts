import { LabError } from './errors.ts';
import { execOn } from './exec.ts';
import { initOf, requireInit } from './machine.ts';
import type { HostRecord } from './record.ts';

/** systemd gives stopping services 90 seconds. */
const LONGEST_SHUTDOWN_MS = 120_000;

/** Asks the host to reboot and waits until its next life has begun. */
export async function reboot(lab: string, record: HostRecord): Promise<void> {
  const before = await requireInit(lab, record.name);
  await execOn(lab, record.name, ['reboot']); // its answer may be lost with the host
  const deadline = performance.now() + LONGEST_SHUTDOWN_MS;
  for (;;) {
    const now = await initOf(lab, record.name);
    if (now !== undefined && now !== before) return;
    if (performance.now() > deadline) throw new LabError(`${record.name} does not reboot`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
