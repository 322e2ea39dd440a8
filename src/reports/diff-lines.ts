import { visible } from '../documents/visible.ts';
import type { VariedChange } from './change-groups.ts';
import { listHosts } from './host-names.ts';
import { bytes } from './quantity.ts';
import { paint, type Style, type Tone } from './style.ts';
import { measureText, type TextChange, unifiedDiff } from './text-change.ts';

/**
 * Unified diffs of a change, one for each text that occurs on the hosts of its group. Tabs stay as they are,
 * other control characters are made visible.
 */
export function diffLines({ change, pairs }: VariedChange, style: Style): readonly string[] {
  if (change.text === undefined) return [];
  return pairs.flatMap(({ value, hosts }) => [
    ...(pairs.length > 1 ? [paint(`on ${visible(listHosts(hosts, style.symbols))}:`, 'dim', style)] : []),
    ...oneDiff(value, style),
  ]);
}

function oneDiff({ target, text, action }: VariedChange['change'], style: Style): readonly string[] {
  if (text === undefined) return [];
  const beforeExists = action !== 'create';
  const lines = unifiedDiff(target, text, beforeExists);
  if (lines === undefined) return [paint(explain(measureText(text, beforeExists), style), 'dim', style)];
  return lines.map((text, index) => paint(safe(text), toneOf(text, index), style));
}

function explain(measured: TextChange, { symbols }: Style): string {
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
