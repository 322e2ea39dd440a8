import type { HiddenBecause } from '../engine/events.ts';
import type { Json } from '../engine/json.ts';
import type { Variant, VariedChange } from './change-groups.ts';
import { nameHosts } from './host-names.ts';
import { type Line, line, span } from './line.ts';
import { bytes, count, grouped } from './quantity.ts';
import type { Style, Tone } from './style.ts';
import { differenceOf } from './text-change.ts';
import { fields, valueText } from './value-text.ts';

/**
 * In which words changes are told: as what is (or would be) done, or as what was found to have moved.
 */
export type Voice = 'change' | 'drift';

const SIGNS = {
  create: { sign: '+', tone: 'added' },
  update: { sign: '~', tone: 'changed' },
  delete: { sign: '-', tone: 'removed' },
  run: { sign: '>', tone: 'changed' },
} as const satisfies Record<string, { sign: string; tone: Tone }>;

const MOVED = { sign: '!', tone: 'changed' } as const;

/** The changes of a step, one or more lines each. Attributes of the same thing stand under it. */
export function changeLines(changes: readonly VariedChange[], voice: Voice, style: Style): readonly Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < changes.length; ) {
    const first = changes[at]!;
    let end = at + 1;
    while (end < changes.length && sameThing(first, changes[end]!)) end += 1;
    const members = changes.slice(at, end);
    if (members.length === 1) lines.push(oneLine(first, voice, style));
    else {
      lines.push(line(...heading(first, voice)));
      for (const member of members) lines.push(line('    ', ...attributeSpans(member, voice, style)));
    }
    at = end;
  }
  return lines;
}

function sameThing(a: VariedChange, b: VariedChange): boolean {
  return (
    a.change.action === 'update' &&
    b.change.action === 'update' &&
    a.change.resource === b.change.resource &&
    a.change.target === b.change.target
  );
}

function heading({ change }: VariedChange, voice: Voice) {
  const { sign, tone } = voice === 'drift' ? MOVED : SIGNS[change.action];
  return [span(sign, tone), ` ${change.resource} `, span(change.target, 'strong')];
}

function oneLine(varied: VariedChange, voice: Voice, style: Style): Line {
  const { action } = varied.change;
  const rest = action === 'update' ? attributeSpans(varied, voice, style) : wholeSpans(varied, voice, style);
  return line(...heading(varied, voice), rest.length > 0 ? '  ' : undefined, ...rest);
}

/** What is said of a thing that is created, deleted or run. */
function wholeSpans({ change, before, after }: VariedChange, voice: Voice, style: Style) {
  switch (change.action) {
    case 'create': {
      const described = wholeText(after, style);
      // A rule's whole text begins with what names it: that is said already.
      const again = described === change.target || described.startsWith(`${change.target} `);
      const told = again ? described.slice(change.target.length).trimStart() : described;
      if (voice === 'drift') return ['is missing', told === '' ? '' : span(`  (${told})`, 'dim')];
      const { hidden } = change;
      const why = hidden === undefined ? '' : hiddenText(hidden, voice);
      return [span([told, why].filter((text) => text !== '').join(', '), 'dim')];
    }
    case 'delete': {
      const found = wholeText(before, style);
      const told = found === change.resource || found === change.target ? '' : found;
      if (voice === 'drift') {
        return ['is there and should not be', told === '' ? '' : span(`  (${told})`, 'dim')];
      }
      return [span(told === '' ? '' : `was: ${told}`, 'dim')];
    }
    default:
      return voice === 'drift' ? ['would have to run'] : [span(wholeText(after, style), 'dim')];
  }
}

function wholeText(variants: readonly Variant<Json | undefined>[], style: Style): string {
  const value = variants[0]?.value;
  if (variants.length > 1) return commonFields(variants, style);
  if (value === undefined || value === null) return '';
  return isObject(value) ? fields(value).join(', ') : valueText(value);
}

/** Of values that differ between hosts: what they have in common, and what differs. */
function commonFields(variants: readonly Variant<Json | undefined>[], style: Style): string {
  const objects = variants.flatMap(({ value }) => (isObject(value) ? [value] : []));
  if (objects.length < variants.length) return variantsText(variants, undefined, style);
  const keys = [...new Set(objects.flatMap((value) => Object.keys(value)))];
  return keys
    .map((key) => {
      const texts = new Set(objects.map((value) => JSON.stringify(value[key])));
      if (texts.size === 1) return fields({ [key]: objects[0]![key] ?? null })[0]!;
      if (texts.size > 4) return `${key.replaceAll('_', ' ')} differs by host`;
      const own = variants.map(({ value, hosts }) => ({
        value: isObject(value) ? value[key] : undefined,
        hosts,
      }));
      return `${key.replaceAll('_', ' ')} ${variantsText(mergeEqual(own), key, style)}`;
    })
    .join(', ');
}

/** Variants of a whole that are equal in one part become one. */
function mergeEqual(variants: readonly Variant<Json | undefined>[]): readonly Variant<Json | undefined>[] {
  const found = new Map<string, { value: Json | undefined; hosts: string[] }>();
  for (const { value, hosts } of variants) {
    const key = JSON.stringify(value) ?? '';
    const one = found.get(key) ?? { value, hosts: [] };
    found.set(key, one);
    one.hosts.push(...hosts);
  }
  return [...found.values()];
}

/** What is said in the place of values that nobody may see. */
function hiddenText(hidden: HiddenBecause, voice: Voice): string {
  const why = hidden === 'no_log' ? 'no_log' : 'holds a secret';
  return `${voice === 'drift' ? 'differs ' : ''}(hidden: ${why})`;
}

function attributeSpans(varied: VariedChange, voice: Voice, style: Style) {
  const { attribute } = varied.change;
  const name = attribute === undefined ? '' : `${attribute.replaceAll('_', ' ')} `;
  const { hidden } = varied.change;
  if (hidden !== undefined) return [name, span(hiddenText(hidden, voice), 'dim')];
  const content = contentText(varied, voice, style);
  if (content !== undefined) return [name, content];
  const before = variantsText(varied.before, attribute, style);
  const after = variantsText(varied.after, attribute, style);
  if (voice === 'drift') {
    // How a tree has moved is told in words of its own: `1 missing, 2 changed`.
    const found = attribute === 'entries' ? 'entries: ' : `${name}is `;
    return [found, span(before, 'removed'), ', should be ', span(after, 'added')];
  }
  return [name, span(before, 'removed'), ` ${style.symbols.arrow} `, span(after, 'added')];
}

/** What changes in a text is better told in lines than in hashes. */
function contentText({ change, pairs }: VariedChange, voice: Voice, { symbols }: Style): string | undefined {
  if (change.text === undefined && change.told === undefined) return undefined;
  const word = voice === 'drift' ? 'differs: ' : '';
  if (pairs.length > 1) return `${word}${variedText(pairs, symbols)}`;
  const measured = differenceOf(change);
  if (measured === undefined) return undefined;
  if (measured.kind === 'lines') {
    const { added, removed } = measured;
    return `${word}+${added} ${symbols.minus}${count(removed, 'line')}`;
  }
  if (measured.reason === 'unseen' || measured.before === undefined || measured.after === undefined) {
    return undefined;
  }
  const kind = measured.reason === 'binary' ? 'binary' : 'large';
  return `${word}${kind}, ${bytes(measured.before)} ${symbols.arrow} ${bytes(measured.after)}`;
}

/** Comparing takes time: of more texts than this it is only said that they differ. */
const MOST_MEASURED = 20;

/** Texts that differ from host to host: how much changes at least and at most. */
function variedText(pairs: VariedChange['pairs'], { minus }: Style['symbols']): string {
  const ways = `in ${pairs.length} ways on these hosts`;
  if (pairs.length > MOST_MEASURED) return ways;
  const measured = pairs.flatMap(({ value }) => {
    const one = differenceOf(value);
    return one?.kind === 'lines' ? [one] : [];
  });
  if (measured.length < pairs.length) return ways;
  const removed = measured.map((one) => one.removed);
  const noun = Math.max(...removed) === 1 ? 'line' : 'lines';
  return `+${extent(measured.map(({ added }) => added))} ${minus}${extent(removed)} ${noun} (differs by host)`;
}

function extent(numbers: readonly number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  return least === most ? grouped(least) : `${grouped(least)} to ${grouped(most)}`;
}

function variantsText(
  variants: readonly Variant<Json | undefined>[],
  attribute: string | undefined,
  { symbols }: Style,
): string {
  if (variants.length === 1) return valueText(variants[0]!.value, attribute);
  if (variants.length > 4) return `${variants.length} different values`;
  return variants
    .map(({ value, hosts }) => `${valueText(value, attribute)} (${nameHosts(hosts, symbols, 3)})`)
    .join(' or ');
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
