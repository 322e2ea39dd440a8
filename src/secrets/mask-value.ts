import { knownSecrets } from './known.ts';

/** What was masked already, and how many secrets were known then: reports are told more than once. */
const masked = new WeakMap<object, { readonly size: number; readonly value: unknown }>();

/**
 * Plain data with every secret in its texts masked; the same object where nothing is. Bytes are taken for text. Keys
 * are masked too.
 */
export function maskValue<Value>(value: Value): Value {
  return knownSecrets.size === 0 ? value : (maskAny(value) as Value);
}

function maskAny(value: unknown): unknown {
  if (typeof value === 'string') return knownSecrets.mask(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = masked.get(value);
  if (known?.size === knownSecrets.size) return known.value;
  const result = maskObject(value);
  masked.set(value, { size: knownSecrets.size, value: result });
  return result;
}

function maskObject(value: object): unknown {
  if (value instanceof Uint8Array) return maskBytes(value);
  if (Array.isArray(value)) {
    const items = value.map(maskAny);
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const entries = Object.entries(value).map(([key, member]) => [knownSecrets.mask(key), maskAny(member)]);
  const same = Object.entries(value).every(
    ([key, member], at) => entries[at]?.[0] === key && entries[at]?.[1] === member,
  );
  return same ? value : Object.fromEntries(entries);
}

function maskBytes(bytes: Uint8Array): Uint8Array {
  // One character a byte, so that what is no text stays as it is.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const result = knownSecrets.mask(text);
  return result === text ? bytes : Buffer.from(result, 'latin1');
}
