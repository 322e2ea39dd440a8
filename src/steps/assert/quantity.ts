export type Relation = '>=' | '>' | '<=' | '<' | '=';

/** `>=2.28` in its two parts; without a relation the given one. */
export function splitRelation(text: string, otherwise: Relation): { relation: Relation; rest: string } {
  const [, relation, rest] = /^(>=|>|<=|<|=)?\s*(.*)$/s.exec(text) as unknown as [string, Relation?, string?];
  return { relation: relation ?? otherwise, rest: (rest ?? '').trim() };
}

/** Whether `sign` of a comparison (negative: less) fits a relation. */
export function fits(sign: number, relation: Relation): boolean {
  switch (relation) {
    case '>=':
      return sign >= 0;
    case '>':
      return sign > 0;
    case '<=':
      return sign <= 0;
    case '<':
      return sign < 0;
    case '=':
      return sign === 0;
  }
}

/**
 * Compares versions number by number, as far as the wanted one goes: `6.1.0-31-amd64` equals `6.1`. What follows the
 * numbers counts for nothing. NaN when a version has no number at its beginning.
 */
export function compareVersions(actual: string, wanted: string): number {
  const [a, b] = [numbers(actual), numbers(wanted)];
  if (a.length === 0 || b.length === 0) return Number.NaN;
  for (const [index, part] of b.entries()) {
    const difference = (a[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): readonly number[] {
  return (/^\d+(\.\d+)*/.exec(version)?.[0] ?? '')
    .split('.')
    .filter((part) => part !== '')
    .map(Number);
}

const POWERS = ['B', 'K', 'M', 'G', 'T'] as const;

/** Bytes of `2 GiB` (1024) or `2 GB` (1000); a number stays one. */
export function parseBytes(size: string | number): number {
  if (typeof size === 'number') return size;
  const [, amount, letter, binary] = /^(\d+(?:\.\d+)?)\s*([BKMGT])(i?)B?$/.exec(size.trim()) ?? [];
  if (amount === undefined) throw new RangeError(`no size: ${size}`);
  const power = POWERS.indexOf(letter as (typeof POWERS)[number]);
  return Math.round(Number(amount) * (binary === 'i' ? 1024 : 1000) ** power);
}

/** Seconds of `5s`, `250 ms` or `2m`; a bare number is seconds. */
export function parseSeconds(duration: string | number): number {
  if (typeof duration === 'number') return duration;
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(duration.trim()) ?? [];
  if (amount === undefined) throw new RangeError(`no duration: ${duration}`);
  return Number(amount) * { ms: 0.001, s: 1, m: 60 }[unit as 'ms' | 's' | 'm'];
}
