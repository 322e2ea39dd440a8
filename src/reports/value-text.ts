import type { Json } from '../engine/json.ts';
import { count } from './quantity.ts';

/** A value of a change in a few words. `key` is what it is the value of: some keys have a unit. */
export function valueText(value: Json | undefined, key?: string): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'number') return key === 'size' ? count(value, 'byte') : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return stringText(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item: Json) => nested(item)).join(', ');
  }
  return fields(value as { readonly [key: string]: Json }).join(', ');
}

/** The parts of an object: `mode 0644`, `owner root`, … */
export function fields(value: { readonly [key: string]: Json }): readonly string[] {
  return Object.entries(value).map(([key, item]) => fieldText(key, item));
}

function fieldText(key: string, item: Json): string {
  if (key === 'size' && typeof item === 'number') return valueText(item, key);
  return `${key.replaceAll('_', ' ')} ${nested(item)}`;
}

function nested(value: Json): string {
  if (typeof value !== 'object' || value === null) return valueText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `[${valueText(value)}]`;
  return `{${valueText(value)}}`;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Hashes are shortened: the first twelve digits tell them apart; JSON has them whole. */
function stringText(value: string): string {
  if (SHA256.test(value)) return `${value.slice(0, 12)}…`;
  if (value === '' || value !== value.trim()) return JSON.stringify(value);
  return value;
}
