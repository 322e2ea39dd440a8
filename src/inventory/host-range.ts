export type Expanded =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Hosts that one pattern may stand for. */
const MAX_NAMES = 100_000;

/** `[from:to]` or `[from:to:step]`; brackets around an IPv6 address hold more colons or end after them. */
const RANGE = /\[([A-Za-z]|\d*):([A-Za-z]|\d+)(?::(\d+))?\]/;

/**
 * Expands `web[01:20]`, `[a:f]` and `[0:10:2]`, several in one name too. Both ends belong to the range; leading zeros
 * are kept. A name without a range stands for itself.
 */
export function expandHostRange(pattern: string): Expanded {
  const match = pattern.includes('[') ? RANGE.exec(pattern) : null;
  if (!match) return { ok: true, names: [pattern] };
  const [whole, from = '', to = '', step = '1'] = match;
  const items = sequence(from === '' ? '0' : from, to, Number(step));
  if (typeof items === 'string') return { ok: false, reason: `${whole}: ${items}` };
  const rest = expandHostRange(pattern.slice(match.index + whole.length));
  if (!rest.ok) return rest;
  if (items.length * rest.names.length > MAX_NAMES)
    return { ok: false, reason: `${pattern} stands for more than ${MAX_NAMES} hosts` };
  const before = pattern.slice(0, match.index);
  return { ok: true, names: items.flatMap((item) => rest.names.map((tail) => before + item + tail)) };
}

/** The members of a range, or what is wrong with it. */
function sequence(from: string, to: string, step: number): readonly string[] | string {
  if (step === 0) return 'the step must not be 0';
  const digits = /^\d+$/;
  if (digits.test(from) !== digits.test(to)) return 'both ends must be numbers, or both letters';
  if (!digits.test(from)) return letters(from, to, step);
  const padded = from.length > 1 && from.startsWith('0');
  if (padded && from.length !== to.length) return 'with leading zeros, both ends must have the same length';
  const [first, last] = [Number(from), Number(to)];
  if (first > last) return 'the first end must not be greater than the second';
  if ((last - first) / step >= MAX_NAMES) return `more than ${MAX_NAMES} hosts`;
  const width = padded ? from.length : 0;
  return count(first, last, step).map((value) => String(value).padStart(width, '0'));
}

function letters(from: string, to: string, step: number): readonly string[] | string {
  const lower = /^[a-z]$/;
  if (lower.test(from) !== lower.test(to)) return 'both letters must be of the same case';
  const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)];
  if (first > last) return 'the first end must not be greater than the second';
  return count(first, last, step).map((code) => String.fromCharCode(code));
}

function count(first: number, last: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}
