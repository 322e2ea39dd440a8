import { visible } from '../documents/visible.ts';
import type { TextDifference } from '../engine/change.ts';
import type { VariedChange } from './change-groups.ts';
import { listHosts } from './host-names.ts';
import { bytes } from './quantity.ts';
import { paint, type Style, type Tone } from './style.ts';
import { differenceOf, diffOf } from './text-change.ts';

/**
 * Unified diffs of a change, one for each text that occurs on the hosts of its group. Tabs stay as they are,
 * other control characters are made visible.
 */
export function diffLines({ change, pairs }: VariedChange, style: Style): readonly string[] {
  if (change.text === undefined && change.told === undefined) return [];
  return pairs.flatMap(({ value, hosts }) => [
    ...(pairs.length > 1 ? [paint(`on ${visible(listHosts(hosts, style.symbols))}:`, 'dim', style)] : []),
    ...oneDiff(value, style),
  ]);
}

function oneDiff(change: VariedChange['change'], style: Style): readonly string[] {
  const lines = diffOf(change);
  const difference = lines === undefined ? differenceOf(change) : undefined;
  if (lines === undefined)
    return difference === undefined ? [] : [paint(explain(difference, style), 'dim', style)];
  return lines.map((text, index) => paint(safe(text), toneOf(text, index), style));
}

function explain(measured: TextDifference, { symbols }: Style): string {
  if (measured.kind === 'lines') return '(too many differences to show)';
  const sizes = [measured.before, measured.after].map((size) =>
    size === undefined ? 'nothing' : bytes(size),
  );
  switch (measured.reason) {
    case 'binary':
      return `(binary, ${sizes.join(` ${symbols.arrow} `)})`;
    case 'large':
      return `(too large to show, ${sizes.join(` ${symbols.arrow} `)})`;
    case 'unseen':
      return `(the old content is too large to be brought here; the new one has ${sizes[1]})`;
  }
}

function toneOf(text: string, index: number): Tone | undefined {
  if (index < 2) return 'strong';
  if (text.startsWith('@@')) return 'place';
  if (text.startsWith('+')) return 'added';
  if (text.startsWith('-')) return 'removed';
  return undefined;
}

function safe(text: string): string {
  return text.split('\t').map(visible).join('\t');
}
