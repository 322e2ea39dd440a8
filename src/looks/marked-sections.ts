import { LookError } from '../engine/look.ts';

/**
 * The contents of files in an answer: whatever bytes, each file's ended by a line with the mark.
 *
 * @throws LookError when there are fewer than `count`.
 */
export function markedSections(stdout: Buffer, mark: string, count: number): readonly Buffer[] {
  const end = Buffer.from(`\n${mark}\n`);
  let at = 0;
  return Array.from({ length: count }, () => {
    const stop = stdout.indexOf(end, at);
    if (stop < 0) throw new LookError('the host sent fewer files than were asked for');
    const section = stdout.subarray(at, stop);
    at = stop + end.length;
    return section;
  });
}
