import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { ensureBase } from './bases.ts';
import { killAll, removeGroups } from './cgroup.ts';
import type { FoundHost, LabContext } from './context.ts';
import { findHost } from './context.ts';
import { dropDisk, unmountBelow } from './disks.ts';
import { LabError } from './errors.ts';
import { makeIdentity } from './identity.ts';
import { writeKnownHosts } from './inventory.ts';
import { raiseKernelLimits } from './kernel-limits.ts';
import type { HostRef, UpOptions } from './lab.ts';
import { withLock } from './lock.ts';
import { initOf, powerOff, powerOn } from './machine.ts';
import * as names from './names.ts';
import { ensureBridge, removeNetwork, setCut } from './network.ts';
import { cacheDirectory, hostPaths, stateDirectory } from './paths.ts';
import { waitUntilReady } from './readiness.ts';
import type { HostRecord } from './record.ts';
import { hostOf, readRecords, saveRecord } from './record.ts';
import { startSshd } from './sshd.ts';
import type { Distro, HostCounts, LabHost } from './types.ts';
import { DISTROS } from './types.ts';

/** Hosts prepared at once: mounting and making keys is work for this machine's few cores. */
const AT_ONCE = 4;

/** See {@link Lab.up}. */
export async function up(
  context: LabContext,
  counts: HostCounts,
  options: UpOptions,
): Promise<readonly LabHost[]> {
  const { lab, say } = context;
  await raiseKernelLimits(say);
  const distros = DISTROS.filter((distro) => (counts[distro] ?? 0) > 0);
  const bases = new Map(
    await Promise.all(distros.map(async (distro) => [distro, await ensureBase(distro, say)] as const)),
  );
  return withLabLock(lab, async () => {
    const slot = await ensureBridge(lab);
    const known = await readRecords(lab);
    const wanted = distros.flatMap((distro) =>
      Array.from({ length: counts[distro] ?? 0 }, (_, i) => ({
        name: names.hostName(distro, i + 1),
        distro,
      })),
    );
    const indexes = assignIndexes(
      wanted.map((host) => host.name),
      known,
    );
    const kept = new Set<string>();
    const limit = pLimit(AT_ONCE);
    const records = await Promise.all(
      wanted.map(({ name, distro }) =>
        limit(async () => {
          const before = known.find((record) => record.name === name);
          if (before !== undefined && (await canKeep(lab, before, options))) {
            await revive(lab, { slot, record: before });
            kept.add(name);
            return before;
          }
          if (before !== undefined) await forget(lab, { slot, record: before });
          return make(
            lab,
            slot,
            { name, distro, index: indexes.get(name)!, base: bases.get(distro)! },
            options,
          );
        }),
      ),
    );
    const all = await readRecords(lab);
    await writeKnownHosts(
      lab,
      all.map((record) => hostOf(lab, slot, record)),
    );
    const hosts = records.map((record) => hostOf(lab, slot, record));
    await Promise.all(
      hosts.map((host) => waitUntilReady(lab, host, kept.has(host.name) ? 'as left' : 'first state')),
    );
    return hosts;
  });
}

/** See {@link Lab.down}. */
export async function down({ lab }: LabContext): Promise<void> {
  await withLabLock(lab, async () => {
    await killAll(lab);
    await removeGroups(lab);
    const directory = join(cacheDirectory(), 'labs', lab);
    await unmountBelow(directory);
    await removeNetwork(lab);
    await rm(directory, { recursive: true, force: true });
    await rm(stateDirectory(lab), { recursive: true, force: true });
  });
}

/** See {@link Lab.reset}. */
export async function reset({ lab }: LabContext, hosts: readonly HostRef[]): Promise<void> {
  await withLabLock(lab, async () => {
    const found = await Promise.all(hosts.map((host) => findHost(lab, host)));
    const limit = pLimit(AT_ONCE);
    await Promise.all(
      found.map(async ({ slot, record }) => {
        await limit(async () => {
          await powerOff(lab, slot, record);
          await dropDisk(hostPaths(lab, record.name, record.diskMiB !== undefined));
          await powerOn(lab, slot, record);
        });
        await waitUntilReady(lab, hostOf(lab, slot, record), 'first state');
      }),
    );
  });
}

async function make(
  lab: string,
  slot: number,
  host: { readonly name: string; readonly distro: Distro; readonly index: number; readonly base: string },
  options: UpOptions,
): Promise<HostRecord> {
  const record: HostRecord = {
    ...host,
    ...(options.diskMiB === undefined ? {} : { diskMiB: options.diskMiB }),
  };
  await saveRecord(lab, record);
  await makeIdentity(hostPaths(lab, record.name, false).identity, record.name, record.distro);
  await powerOn(lab, slot, record);
  return record;
}

/** Takes a host down that is off, half made, or stands on another disk than is wanted now. */
async function forget(lab: string, { slot, record }: FoundHost): Promise<void> {
  await powerOff(lab, slot, record);
  await dropDisk(hostPaths(lab, record.name, record.diskMiB !== undefined));
}

async function canKeep(lab: string, record: HostRecord, options: UpOptions): Promise<boolean> {
  if (options.diskMiB !== undefined && options.diskMiB !== record.diskMiB) return false;
  return (await initOf(lab, record.name)) !== undefined;
}

async function revive(lab: string, { slot, record }: FoundHost): Promise<void> {
  await setCut(slot, record.index, false);
  await startSshd(lab, record);
}

/** Hosts keep the index they have; new ones get the lowest that are free. */
function assignIndexes(wanted: readonly string[], known: readonly HostRecord[]): ReadonlyMap<string, number> {
  const indexes = new Map(known.map((record) => [record.name, record.index]));
  const taken = new Set(indexes.values());
  let next = 1;
  for (const name of wanted) {
    if (indexes.has(name)) continue;
    while (taken.has(next)) next += 1;
    if (next > names.MAX_HOSTS)
      throw new LabError(`the lab has no address left: it has room for ${names.MAX_HOSTS}`);
    taken.add(next);
    indexes.set(name, next);
  }
  return indexes;
}

function withLabLock<T>(lab: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(cacheDirectory(), 'locks', `lab-${lab}`), work);
}
