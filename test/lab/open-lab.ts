import { findHost, findRecord, nameOf, requireSlot } from './context.ts';
import { LabError } from './errors.ts';
import { execOn } from './exec.ts';
import { writeWhole } from './files.ts';
import * as fleet from './fleet.ts';
import { fillDisk, freeDisk } from './full-disk.ts';
import { inventoryText, knownHostsFile } from './inventory.ts';
import type { HostRef, Lab } from './lab.ts';
import { loginKey } from './login-key.ts';
import { isLoginNoise, loginNoise } from './login-noise.ts';
import * as machine from './machine.ts';
import { takeMark, writtenSince } from './mark.ts';
import { controllerAddress, isLabName } from './names.ts';
import { setCut } from './network.ts';
import { stateDirectory } from './paths.ts';
import { waitUntilReady } from './readiness.ts';
import { reboot } from './reboot.ts';
import { hostOf, readRecords } from './record.ts';
import { requireMachine } from './requirements.ts';
import { restoreLive, takeCheckpoint } from './restore.ts';
import { killSshd, startSshd } from './sshd.ts';
import { labStatus } from './status.ts';

export interface OpenOptions {
  /** Labs of different names run side by side. Default: PROVISION_LAB, or `default`. */
  readonly name?: string;
  /** Told one line when something slow begins, such as building a base. Default: silence. */
  readonly say?: (line: string) => void;
}

/** The labs that this process has opened: what is to be true after every test is asked of these. */
export const opened = new Set<Lab>();

/**
 * Attaches to the lab of that name, running or not; nothing is started before `up`. Missing Debian packages are
 * installed on this machine.
 *
 * @throws LabError that says what is missing where a lab cannot run.
 */
export async function openLab(options: OpenOptions = {}): Promise<Lab> {
  const name = options.name ?? process.env.PROVISION_LAB ?? 'default';
  if (!isLabName(name))
    throw new LabError(`"${name}" is no name for a lab: use a-z, 0-9 and -, at most 32 of them`);
  const say = options.say ?? (() => {});
  await requireMachine(say);
  const context = { lab: name, say };
  const key = await loginKey();
  const knownHosts = knownHostsFile(name);

  async function hosts(): ReturnType<Lab['hosts']> {
    const records = await readRecords(name);
    if (records.length === 0) return [];
    const slot = await requireSlot(name);
    return records.map((record) => hostOf(name, slot, record));
  }

  async function cutOrHeal(host: HostRef, cut: boolean): Promise<void> {
    const { slot, record } = await findHost(name, host);
    await machine.requireInit(name, record.name);
    await setCut(slot, record.index, cut);
  }

  const lab: Lab = {
    name,
    directory: stateDirectory(name),
    privateKey: key.file,
    knownHosts,
    hosts,
    host: async (host) => {
      const { slot, record } = await findHost(name, host);
      return hostOf(name, slot, record);
    },
    status: () => labStatus(name),
    controllerAddress: async () => controllerAddress(await requireSlot(name)),
    up: (counts, upOptions = {}) =>
      fleet.up(context, typeof counts === 'number' ? { bookworm: counts } : counts, upOptions),
    down: () => fleet.down(context),
    reset: (...refs) => fleet.reset(context, refs),
    powerOff: async (host) => {
      const { slot, record } = await findHost(name, host);
      await machine.powerOff(name, slot, record);
    },
    powerOn: async (host) => {
      const { slot, record } = await findHost(name, host);
      if ((await machine.initOf(name, record.name)) === undefined) await machine.powerOn(name, slot, record);
      await waitUntilReady(name, hostOf(name, slot, record), 'as left');
    },
    reboot: async (host) => {
      const { slot, record } = await findHost(name, host);
      await reboot(name, record);
      await waitUntilReady(name, hostOf(name, slot, record), 'as left');
    },
    cut: (host) => cutOrHeal(host, true),
    heal: (host) => cutOrHeal(host, false),
    killSshd: async (host, killOptions = {}) =>
      killSshd(name, (await findHost(name, host)).record, killOptions.sessions ?? false),
    startSshd: async (host) => startSshd(name, (await findHost(name, host)).record),
    fillDisk: async (host, leaveBytes = 0) => fillDisk(name, (await findHost(name, host)).record, leaveBytes),
    freeDisk: async (host) => freeDisk(name, (await findHost(name, host)).record),
    mark: async (host) => takeMark(name, await findRecord(name, host)),
    written: async (host, since, { withNoise = false } = {}) => {
      const paths = await writtenSince(name, await findRecord(name, host), since);
      return withNoise ? paths : paths.filter((path) => !isLoginNoise(path));
    },
    checkpoint: async (host) => takeCheckpoint(name, await findRecord(name, host)),
    restore: async (host, checkpoint) => {
      const record = await findRecord(name, host);
      const restored = await restoreLive(name, record, checkpoint);
      if (restored !== undefined) return restored;
      await fleet.reset(context, [host]);
      return takeCheckpoint(name, record);
    },
    loginNoise,
    root: async (host) => `/proc/${await machine.requireInit(name, nameOf(host))}/root`,
    exec: (host, command, execOptions) => execOn(name, nameOf(host), command, execOptions),
    sshCommand: async (host, user = 'root') => {
      const { slot, record } = await findHost(name, host);
      const { address } = hostOf(name, slot, record);
      const settings = [`UserKnownHostsFile=${knownHosts}`, 'StrictHostKeyChecking=yes', 'BatchMode=yes'];
      const flags = settings.flatMap((setting) => ['-o', setting]);
      return [
        'ssh',
        '-F',
        'none',
        ...flags,
        '-o',
        'IdentitiesOnly=yes',
        '-i',
        key.file,
        `${user}@${address}`,
      ];
    },
    writeInventory: async (file, { user = 'root' } = {}) => {
      await writeWhole(file, inventoryText(await hosts(), user, key.file, knownHosts));
    },
  };
  opened.add(lab);
  return lab;
}
