import { join } from 'node:path';
import { LabError } from './errors.ts';
import { readIfThere, writeWhole } from './files.ts';
import type { Lab } from './lab.ts';
import type { Mark } from './mark.ts';

/** Keeps a host's mark between two commands. */
export async function saveMark(lab: Lab, host: string): Promise<void> {
  await writeWhole(markFile(lab, host), JSON.stringify(await lab.mark(host)), 0o600);
}

/** What was written since the mark that {@link saveMark} keeps. */
export async function writtenSinceSaved(lab: Lab, host: string): Promise<readonly string[]> {
  await lab.host(host);
  const text = await readIfThere(markFile(lab, host));
  if (text === undefined)
    throw new LabError(`there is no mark of ${host}: set one with "npm run lab -- mark ${host}"`);
  return lab.written(host, JSON.parse(text) as Mark);
}

function markFile(lab: Lab, host: string): string {
  return join(lab.directory, `mark-${host}`);
}
