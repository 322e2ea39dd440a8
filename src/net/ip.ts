/** An IP address, or a network of them. */
export interface IpNetwork {
  readonly family: 4 | 6;
  /** The address as a number; the bits behind the prefix are zero. */
  readonly address: bigint;
  /** Bits of the network part: 32 or 128 for a single address. */
  readonly prefix: number;
}

/**
 * Reads `10.0.0.0/8`, `192.0.2.7`, `2001:db8::/32`. Bits behind the prefix are dropped, as the kernel does.
 * `undefined` when it is neither an address nor a network (also for dotted netmasks and leading zeros, which
 * some programs read as octal).
 */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [host = '', length, ...more] = text.split('/');
  const parsed = parseAddress(host);
  if (parsed === undefined || more.length > 0) return undefined;
  const width = parsed.family === 4 ? 32 : 128;
  if (length === undefined) return { ...parsed, prefix: width };
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > width) return undefined;
  const prefix = Number(length);
  const tail = BigInt(width - prefix);
  return { family: parsed.family, address: (parsed.address >> tail) << tail, prefix };
}

/** The one way to write it: RFC 5952 for IPv6, and no prefix on a single address. */
export function formatNetwork({ family, address, prefix }: IpNetwork): string {
  const host = family === 4 ? formatV4(address) : formatV6(address);
  return prefix === (family === 4 ? 32 : 128) ? host : `${host}/${prefix}`;
}

/** Tells whether every address of `inner` lies in `outer`. */
export function contains(outer: IpNetwork, inner: IpNetwork): boolean {
  if (outer.family !== inner.family || inner.prefix < outer.prefix) return false;
  const tail = BigInt((outer.family === 4 ? 32 : 128) - outer.prefix);
  return outer.address >> tail === inner.address >> tail;
}

function parseAddress(text: string): { readonly family: 4 | 6; readonly address: bigint } | undefined {
  if (!text.includes(':')) {
    const address = parseV4(text);
    return address === undefined ? undefined : { family: 4, address };
  }
  const address = parseV6(text);
  return address === undefined ? undefined : { family: 6, address };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

function parseV6(text: string): bigint | undefined {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const head = parseGroups(left, right === undefined);
  const tail = right === undefined ? [] : parseGroups(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of a part of an IPv6 address; the last ones may be written as an IPv4 address. */
function parseGroups(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && mayEndInV4 && index === parts.length - 1) {
      const v4 = parseV4(part);
      if (v4 === undefined) return undefined;
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function formatV4(address: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
}

function formatV6(address: bigint): string {
  if (address >> 32n === 0xffffn) return `::ffff:${formatV4(address & 0xffffffffn)}`;
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((address >> BigInt(112 - 16 * index)) & 0xffffn),
  );
  const zeros = longestZeros(groups);
  const write = (some: readonly number[]): string => some.map((group) => group.toString(16)).join(':');
  if (zeros.length < 2) return write(groups);
  return `${write(groups.slice(0, zeros.start))}::${write(groups.slice(zeros.start + zeros.length))}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  return best;
}
