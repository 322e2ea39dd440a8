import { knownSecrets } from './known.ts';

/** What was masked already, and how many secrets were known then: reports are told more than once. */
const masked = new WeakMap<object, { readonly size: number; readonly value: unknown }>();

const hostNames = new Set<string>();

/** Names of hosts are what events hang together by: where an event names its host, they are told whatever is secret. */
export function tellHosts(names: Iterable<string>): void {
  for (const name of names) hostNames.add(name);
}

/** Fields whose values are words of ours; what hosts and playbooks say stands in others. */
const WORDS: ReadonlySet<string> = new Set(
  'action attribute code event hidden kind mode resource severity state status type'.split(' '),
);
const WORD = /^[a-z][a-z0-9_ -]{0,30}$/;
const FIELD = /^[a-z][A-Za-z0-9]{0,19}$/;
/** Below these fields stands data, whatever its fields are called. */
const DATA: ReadonlySet<string> = new Set(['before', 'after', 'facts']);

/**
 * Plain data with every secret in its texts masked; the same object where nothing is. Bytes are taken for text. What an
 * event is made of (names of fields and of hosts, our own words) stays: no program could read it otherwise.
 */
export function maskValue<Value>(value: Value): Value {
  return knownSecrets.size === 0 ? value : (maskAny(value, '') as Value);
}

/** @param field the name of the field that it is the value of, or an item of. */
function maskAny(value: unknown, field: string): unknown {
  if (typeof value === 'string') return isStructure(value, field) ? value : knownSecrets.mask(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = masked.get(value);
  if (known?.size === knownSecrets.size) return known.value;
  const result = maskObject(value, field);
  masked.set(value, { size: knownSecrets.size, value: result });
  return result;
}

function isStructure(text: string, field: string): boolean {
  if (field === 'host' || field === 'hosts') return hostNames.has(text);
  return WORDS.has(field) && WORD.test(text);
}

function maskObject(value: object, field: string): unknown {
  if (value instanceof Uint8Array) return maskBytes(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => maskAny(item, field));
    return items.every((item, at) => item === value[at]) ? value : items;
  }
  const inData = DATA.has(field);
  const entries = Object.entries(value).map(([key, member]) => [
    FIELD.test(key) ? key : knownSecrets.mask(key),
    maskAny(member, inData ? 'before' : key),
  ]);
  const same = Object.entries(value).every(
    ([key, member], at) => entries[at]?.[0] === key && entries[at]?.[1] === member,
  );
  return same ? value : Object.fromEntries(entries);
}

function maskBytes(bytes: Uint8Array): Uint8Array {
  // One character a byte, so that what is no text stays as it is. Forms of secrets are known in this spelling too.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const result = knownSecrets.mask(text);
  return result === text ? bytes : Buffer.from(result, 'latin1');
}
