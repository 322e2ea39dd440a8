import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import type { Circumstances } from './results.ts';

/** Where and of what a measurement is made, now. */
export function circumstances(rounds: number, seconds: number): Circumstances {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    made: new Date().toISOString(),
    commit: commit(),
    machine: `controller and hosts on one machine of ${processors.length} cores (${processors[0]?.model ?? 'unknown'}), ${memory} GiB`,
    versions: `Linux ${release().split('-', 1)[0]}, Node ${process.version}, ${openssh()}`,
    rounds,
    seconds,
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' and more'}`;
  } catch {
    return 'unknown';
  }
}

function openssh(): string {
  // It says so on standard error, and ends with 0.
  const said = execFileSync('/bin/sh', ['-c', 'ssh -V 2>&1'], { encoding: 'utf8' });
  return said.trim().split(/[ ,]/, 1)[0]?.replace('_', ' ') ?? 'OpenSSH';
}
