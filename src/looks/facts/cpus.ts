import { LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';
import { firstLine } from './first-line.ts';

export const cpus: Fact = {
  name: 'cpus',
  summary: 'How many processors are online.',
  example: 4,
  script: firstLine(
    '/sys/devices/system/cpu/online',
    sh`getconf _NPROCESSORS_ONLN 2>/dev/null | sed 's/^/n/'`,
  ),
  parse(output) {
    const text = output.trim();
    const count = text.startsWith('n') ? Number(text.slice(1)) : countRanges(text);
    if (!Number.isInteger(count) || count < 1) throw new LookError('the processors could not be counted');
    return count;
  },
};

/** Counts a list as the kernel writes it: `0-3,8,10-11`. */
function countRanges(list: string): number {
  return list.split(',').reduce((sum, range) => {
    const [first, last = first] = range.split('-').map((part) => (part === '' ? Number.NaN : Number(part)));
    return sum + (last as number) - (first as number) + 1;
  }, 0);
}
