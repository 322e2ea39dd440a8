import { readDuration } from './duration-argument.ts';
import { UsageError } from './usage.ts';

/** What yargs read, before it is checked. */
export type RawArguments = Readonly<Record<string, unknown>>;

/** All values of a repeatable option. */
export function all(raw: RawArguments, name: string): readonly string[] {
  const value = raw[name];
  const values = value === undefined ? [] : [value].flat().map(String);
  // `--limit "$HOSTS"` with HOSTS not set must not mean every host.
  if (values.includes('')) throw new UsageError(`the value of --${name} is empty`, NOT_SET);
  return values;
}

/** What to do about a value that is empty. */
export const NOT_SET = 'leave the option out, or give a value: is a variable of the shell not set?';

/** The value of an option that is given once at most. */
export function one(raw: RawArguments, name: string): string | undefined {
  const values = all(raw, name);
  if (values.length > 1) throw new UsageError(`--${name} is given ${values.length} times`, 'give it once');
  return values[0];
}

/** A time in milliseconds. @param least, most in seconds. */
export function time(raw: RawArguments, name: string, least: number, most: number): number | undefined {
  const given = one(raw, name);
  return given === undefined ? undefined : readDuration(name, given, least, most);
}

/** Words of a repeatable option, which each value may hold several of: `a,b`. */
export function words(raw: RawArguments, name: string): readonly string[] {
  return all(raw, name)
    .flatMap((value) => value.split(',').map((word) => word.trim()))
    .filter((word) => word !== '');
}

/** @throws UsageError when it is no number, or not in the range. */
export function number(
  raw: RawArguments,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const given = one(raw, name);
  if (given === undefined) return fallback;
  const value = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`--${name} must be a number from ${least} to ${most}, not "${given}"`);
}
