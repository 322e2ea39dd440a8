import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from './errors.ts';

/**
 * Runs `work` while holding an exclusive flock(2) on `file`, so that two processes cannot do it at once. The lock is
 * held by a child that ends with this process, however that ends: no lock outlives its owner.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('error', reject);
      holder.once('close', () => reject(new LabError(`could not lock ${file}`)));
    });
    return await work();
  } finally {
    holder.stdin.end();
    await ended;
  }
}
