import { LabError } from './errors.ts';
import type { Mark } from './mark.ts';
import { takeMark } from './mark.ts';
import type { HostRecord } from './record.ts';
import { restoreFiles } from './restore-files.ts';
import type { Running } from './running.ts';
import { readRunning } from './running.ts';

/** A state of a host that {@link Lab.restore} can bring back. */
export interface Checkpoint {
  readonly mark: Mark;
  readonly running: Running;
}

/** What a login starts beside its session takes a moment to end. */
const LOOKS = 3;

export async function takeCheckpoint(lab: string, record: HostRecord): Promise<Checkpoint> {
  const running = await readRunning(lab, record);
  return { running, mark: await takeMark(lab, record) };
}

/**
 * Brings a running host back to a checkpoint without ending it, by its files alone. Answers the checkpoint of the
 * state it is in then; undefined when that is not certain to be the same, and the host is to be reset.
 */
export async function restoreLive(
  lab: string,
  record: HostRecord,
  checkpoint: Checkpoint,
): Promise<Checkpoint | undefined> {
  try {
    return await restoreRunning(lab, record, checkpoint);
  } catch (error) {
    if (error instanceof LabError) return undefined; // such as a host that is off
    throw error;
  }
}

async function restoreRunning(
  lab: string,
  record: HostRecord,
  { mark, running }: Checkpoint,
): Promise<Checkpoint | undefined> {
  for (let look = 1; !isSame(running, await readRunning(lab, record)); look += 1) {
    if (look === LOOKS) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const restored = await restoreFiles(lab, record, mark);
  return restored === undefined ? undefined : { mark: restored, running };
}

function isSame(one: Running, other: Running): boolean {
  return one.processes === other.processes && one.mounts === other.mounts && one.kernel === other.kernel;
}
