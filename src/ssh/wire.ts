/** Strings as SSH writes them, each with its length before it (RFC 4251, section 5). */
export function sshStrings(...parts: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A number without a sign, as SSH writes one: no zeros before it but one where it would look negative. */
export function mpint(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start += 1;
  const digits = bytes.subarray(start);
  return (digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits;
}

/**
 * The strings that stand one after the other; the last may be followed by padding.
 *
 * @throws RangeError when one is cut off.
 */
export function readStrings(buffer: Buffer, count: number): Buffer[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    const start = at + 4;
    at = start + buffer.readUInt32BE(at);
    if (at > buffer.length) throw new RangeError('it is cut off');
    return buffer.subarray(start, at);
  });
}
