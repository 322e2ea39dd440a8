import type { Concurrency } from '../engine/concurrency.ts';
import { binaryBytes, count, grouped } from '../reports/quantity.ts';
import { type Room, readRoom } from './room.ts';

/** Enough to keep one processor busy with hosts that take 0.2 s; slower ones make the run grow its limit. */
const START = 50;
/** The same for hosts that take a second. */
const MOST = 250;

/** So many hosts have room wherever Node itself has. */
const FEW = 10;

/** Its socket, that of the agent while it logs in, and a file on its way. */
const FILES_PER_HOST = 3;
/** Kept free for the inventory, keys, proofs and output. */
const SPARE_FILES = 64;
/** An idle connection takes 60 KiB; what a host answers and the file on its way come on top. */
const MEMORY_PER_HOST = 2 * 1024 * 1024;
/** Which part of the free memory hosts may take. */
const SHARE_OF_MEMORY = 0.5;

/** What `--concurrency` says, or as many hosts as this controller has room for. */
export function concurrencyFor(given: number | 'auto', hosts: number): number | Concurrency {
  if (given !== 'auto') return given;
  // Nothing is to be found out, and nothing to be told.
  return hosts === 0 ? 1 : planConcurrency(hosts, readRoom());
}

/**
 * What is wrong with a number that was given: each host takes an open file at the least, and what cannot be opened fails.
 *
 * @param room Default: that of this machine, looked at only where so many hosts may be at work.
 */
export function concurrencyWarning(given: number | 'auto', hosts: number, room?: Room): string | undefined {
  if (given === 'auto' || Math.min(given, hosts) <= FEW) return undefined;
  const { openFiles } = room ?? readRoom();
  if (openFiles === undefined || openFiles.limit - openFiles.inUse >= Math.min(given, hosts))
    return undefined;
  return `warning: --concurrency ${given}: this process may open ${grouped(openFiles.limit)} files at once (ulimit -n), and each host at work needs one or more: what cannot be opened will fail. Raise the limit, or leave --concurrency out`;
}

/** With how many hosts to begin, and how many there may be at most. */
export function planConcurrency(hosts: number, { openFiles, memory }: Room): Concurrency {
  const byFiles =
    openFiles === undefined
      ? MOST
      : Math.floor((openFiles.limit - openFiles.inUse - SPARE_FILES) / FILES_PER_HOST);
  const byMemory = Math.floor((memory * SHARE_OF_MEMORY) / MEMORY_PER_HOST);
  const most = Math.max(1, Math.min(MOST, byFiles, byMemory));
  const start = Math.min(START, most);
  if (hosts <= start)
    return { start: hosts, most, reason: hosts === 1 ? 'there is only one' : 'all of them' };
  const files = openFiles === undefined ? 'an unknown number of' : grouped(openFiles.limit);
  const limits = `${files} open files and ${binaryBytes(memory)} of free memory`;
  return { start, most, reason: `of ${count(hosts, 'host')}; ${limits} allow up to ${most}` };
}
