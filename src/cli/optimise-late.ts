import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 wait before it compiles once more, optimised, what runs often: that is done on other threads, and of a check of half
 * a second it took a quarter of the CPU, of a run on twenty converged hosts an eighth. What runs for long gets there all the same.
 */
export function optimiseLate(): void {
  for (const flag of lateFlags(process.versions.v8, process.arch)) setFlagsFromString(flag);
}

/**
 * By version, as V8 writes to standard error what it does not know: one that is newer than those tried is left as it is, and one
 * for a processor that it may have no such compiler for.
 *
 * @param v8 as in `process.versions`.
 * @param arch as in `process.arch`.
 */
export function lateFlags(v8: string, arch: string): readonly string[] {
  if (arch !== 'x64' && arch !== 'arm64') return [];
  const major = Number.parseInt(v8, 10);
  // Bytes of bytecode that a function runs before V8 thinks of it; V8's own is 67,584 (Node 20).
  if (major === 11) return ['--interrupt-budget=1000000'];
  // Calls; V8's own are 400 and 3,000 (Node 22, 24 and 26).
  if (major >= 12 && major <= 14) {
    return ['--invocation-count-for-maglev=4000', '--invocation-count-for-turbofan=30000'];
  }
  return [];
}
