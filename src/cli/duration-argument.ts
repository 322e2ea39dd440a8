import { UsageError } from './usage.ts';

const UNITS = new Map([
  ['', 1],
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['min', 60],
  ['h', 3600],
]);

/**
 * Reads how long something may take: `90`, `90s`, `10m`, `1.5h`. A number alone is seconds.
 *
 * @param name the option, for messages. @param least, most in seconds.
 * @returns milliseconds.
 * @throws UsageError
 */
export function readDuration(name: string, given: string, least: number, most: number): number {
  const [, digits = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/.exec(given) ?? [];
  const factor = UNITS.get(unit);
  if (digits === '' || factor === undefined) {
    throw new UsageError(
      `--${name} must be a time, not "${given}"`,
      `write seconds, or a number with its unit: --${name} 90s, --${name} 10m, --${name} 2h`,
    );
  }
  const seconds = Number(digits) * factor;
  if (seconds >= least && seconds <= most) return Math.round(seconds * 1000);
  throw new UsageError(`--${name} must be from ${least} to ${most} seconds, not "${given}"`);
}
