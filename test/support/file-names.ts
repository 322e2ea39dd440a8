import fc from 'fast-check';
import { anyText, samples } from './arbitrary-text.ts';

/** The longest name that a file can have, in bytes (NAME_MAX). */
const LONGEST = 255;

/** Any name that a file can have, as text. */
export const fileName: fc.Arbitrary<string> = anyText
  .map((text) => shortened(text.replaceAll('/', '\\'), LONGEST))
  .filter((text) => text !== '' && text !== '.' && text !== '..');

/** Any name that a file can have, as bytes: mostly no UTF-8. */
export const rawFileName: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom(0x0a, 0x20, 0x27, 0x2d, 0x5c, 0xff, 0xc3, 0xa9),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((bytes) => Buffer.from(bytes))
  .filter(
    (bytes) => !bytes.includes(0x2f) && bytes.toString('latin1') !== '.' && bytes.toString('latin1') !== '..',
  );

/** As much of a text as so many bytes of UTF-8 hold, with no character cut in half. */
export function shortened(text: string, bytes: number): string {
  const points = [...text];
  while (Buffer.byteLength(points.join('')) > bytes) points.pop();
  return points.join('');
}

/** Every name once. */
export function distinct<Name extends string | Buffer>(names: readonly Name[]): readonly Name[] {
  return [...new Map(names.map((name) => [Buffer.from(name).toString('latin1'), name])).values()];
}

/** So many different names, and the seed that gives the same ones again. */
export function differentNames<Name extends string | Buffer>(
  names: fc.Arbitrary<Name>,
  count: number,
): { readonly seed: number; readonly values: readonly Name[] } {
  const { seed, values } = samples(names, 2 * count);
  const all = distinct(values).slice(0, count);
  if (all.length < count) throw new Error(`only ${all.length} different names for ${count}`);
  return { seed, values: all };
}
