import { readFileSync } from 'node:fs';

/** A kernel's tick in /proc/stat, in seconds: USER_HZ is 100 on Linux, whatever the kernel's own clock. */
const TICK = 0.01;

/**
 * CPU seconds that all processes of this machine have used since it booted. On a quiet machine the difference over a
 * run is the controller and its hosts together; its grain is 0.01 s for each core.
 */
export function machineCpuSeconds(): number {
  const [, user, nice, system, , , irq, softirq] = (
    readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] as string
  )
    .split(/ +/)
    .map(Number) as [number, number, number, number, number, number, number, number];
  return (user + nice + system + irq + softirq) * TICK;
}
