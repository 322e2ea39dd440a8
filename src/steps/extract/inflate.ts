import { type Shell, sh } from '../../shell/quote.ts';

/** Archives below this many bytes are unpacked before a quicker program has been found. */
const WORTH_ASKING = 4 * 1024 * 1024;

/** `ok`, compressed by gzip; for printf. */
const PROBE =
  '\\037\\213\\010\\000\\000\\000\\000\\000\\002\\003\\313\\317\\006\\000\\107\\335\\334\\171\\002\\000\\000\\000';

/** A gzip file may have several members, and zeros behind them. */
const PYTHON = `import os, zlib
member = None
while True:
    data = os.read(0, 1 << 17)
    if not data:
        break
    while data:
        if member is None:
            data = data.lstrip(b"\\0")
            if not data:
                break
            member = zlib.decompressobj(31)
        out = memoryview(member.decompress(data))
        while out:
            out = out[os.write(1, out):]
        data = member.unused_data
        if member.eof:
            member = None
raise SystemExit(0 if member is None else "the archive ends too early")`;

/**
 * A shell function `inflate` that undoes gzip's compression, from its input to its output. GNU's gzip has an inflate of
 * its own, which takes nearly twice as long as zlib's, and unpacking is most of what a fresh host costs. So zlib is used
 * where Python brings it, which is first asked to undo a few bytes. (zstd brings it too, but takes zeros behind the archive
 * for an error.)
 *
 * @param size of the archive, bytes.
 */
export function inflateFunction(size: number): Shell {
  if (size < WORTH_ASKING) return sh`inflate() { gzip -dc; }`;
  return sh`inflate_by_zlib() { python3 -I -S -c ${PYTHON}; }
inflate() {
  if [ "$(printf ${PROBE} | inflate_by_zlib 2>/dev/null)" = ok ]; then inflate_by_zlib; else gzip -dc; fi
}`;
}
