import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { processUser } from '../controller/process-user.ts';
import type { LockHolder } from '../ssh/session/lock-script.ts';

/** This process, as other runs are told of it. */
export function thisRun(): Omit<LockHolder, 'limit'> {
  const who = `${processUser() ?? `user ${process.getuid?.() ?? 'unknown'}`}@${hostname()}`;
  const run = randomBytes(4).toString('hex');
  return { run, who: `${who} (process ${process.pid}, run ${run})` };
}
