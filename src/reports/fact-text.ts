import type { Json } from '../engine/json.ts';
import { binaryBytes } from './quantity.ts';
import { valueText } from './value-text.ts';

type JsonObject = { readonly [key: string]: Json };

/** A fact for people, in one text or, of what may be many, one for each. */
export function factTexts(name: string, value: Json): readonly string[] {
  switch (name) {
    case 'memory':
      return typeof value === 'number' ? [binaryBytes(value)] : [valueText(value)];
    case 'time_skew':
      return [`${valueText(value)} s`];
    case 'disks':
      return listOf(value, diskText);
    case 'users':
      // Names are shown as they are: `_apt` is no word of ours.
      return isObject(value)
        ? [
            Object.entries(value)
              .map(([user, home]) => `${user} ${valueText(home)}`)
              .join(', '),
          ]
        : [valueText(value)];
    default:
      return [valueText(value)];
  }
}

function diskText(disk: Json): string {
  if (!isObject(disk)) return valueText(disk);
  const { path, size, free } = disk;
  if (typeof size !== 'number' || typeof free !== 'number') return valueText(disk);
  return `${valueText(path)}  ${binaryBytes(size)}, ${binaryBytes(free)} free`;
}

function listOf(value: Json, text: (item: Json) => string): readonly string[] {
  return Array.isArray(value) && value.length > 0 ? value.map(text) : [valueText(value)];
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
