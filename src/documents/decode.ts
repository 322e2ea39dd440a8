export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** UTF-8 to text, without a byte order mark. Text is passed on. */
export function decodeUtf8(source: string | Uint8Array): Decoded {
  if (typeof source === 'string')
    return { ok: true, text: source.startsWith('\ufeff') ? source.slice(1) : source };
  const utf16 = (source[0] === 0xff && source[1] === 0xfe) || (source[0] === 0xfe && source[1] === 0xff);
  if (utf16) return { ok: false, message: 'the file is UTF-16, not UTF-8', hint: 'save it as UTF-8' };
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(source) };
  } catch {
    const line = lineOfFirstBadByte(source);
    const message = `the file is not valid UTF-8 (line ${line})`;
    return { ok: false, message, hint: 'save it as UTF-8; is it Latin-1 or binary?' };
  }
}

function lineOfFirstBadByte(bytes: Uint8Array): number {
  // The first line that does not decode by itself holds the bad byte: UTF-8 never uses 0x0a inside a character.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end;
  }
  return line;
}
