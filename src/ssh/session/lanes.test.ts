import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ScriptInput } from '../../shell/input.ts';
import { sh } from '../../shell/quote.ts';
import { extraLanes, PART_UNIT, split, underWay } from './lanes.ts';

const MIB = 1024 * 1024;

/** A file in which each megabyte is filled with its number. */
function file(size: number): ScriptInput {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += MIB) bytes.fill(1 + at / MIB, at);
  return {
    size,
    taken: true,
    open: () => Readable.from([bytes]),
    part: (at, length) => ({
      size: length,
      open: () => Readable.from([bytes.subarray(at, at + length)]),
      script: sh`${at}`,
    }),
  };
}

test('a short link and a small file need no further channel', () => {
  expect(extraLanes(100 * MIB, 2)).toBe(0);
  expect(extraLanes(5 * MIB, 50)).toBe(0);
});

test('the longer the link the more channels, up to what a host allows', () => {
  const lanes = [12, 20, 50, 400].map((roundTrip) => extraLanes(100 * MIB, roundTrip));
  expect(lanes).toEqual([...lanes].sort((a, b) => a - b));
  expect(lanes[0]).toBe(2);
  // Of ten that OpenSSH allows, one has the session itself, and one is left.
  expect(lanes[3]).toBe(8);
});

test.each([1, 2, 3, 6])('%i parts besides the own one cover the file, without gaps', async (extra) => {
  const input = file(20 * MIB + 77);
  const parts = split(input, extra);
  if (parts === undefined) throw new Error('not split');
  const first = parts.own(Promise.resolve());
  const own = Buffer.concat(await Readable.from(first.open()).toArray());
  const others = await Promise.all(parts.rest.map(({ open }) => Readable.from(open()).toArray()));
  const whole = Buffer.concat([own.subarray(0, -1), ...others.flat()]);
  expect(whole.equals(Buffer.concat(await Readable.from(input.open()).toArray()))).toBe(true);
  expect(parts.rest.length).toBeLessThanOrEqual(extra);
  for (const { script } of parts.rest) expect(Number(script.text.replaceAll("'", '')) % PART_UNIT).toBe(0);
  expect(first.size - 1 + parts.rest.reduce((sum, { size }) => sum + size, 0)).toBe(input.size);
});

test('behind the own part comes a byte when the others have arrived', async () => {
  let arrive = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const own = split(file(20 * MIB), 1)?.own(arrived);
  let read = 0;
  const reading = (async () => {
    for await (const chunk of own?.open() ?? []) read += chunk.length;
  })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(read).toBe((own?.size ?? 0) - 1);
  arrive();
  await reading;
  expect(read).toBe(own?.size);
});

test('without further channels nothing is split, nor what the script does not take itself', () => {
  const { taken: _, ...piped } = file(20 * MIB);
  expect(split(file(20 * MIB), 0)).toBeUndefined();
  expect(split(piped, 2)).toBeUndefined();
});

test('what is under way on one channel follows the link', () => {
  expect([0, 0.3, 1].map(underWay)).toEqual([524_288, 524_288, 524_288]);
  expect(underWay(4)).toBe(2_097_152);
  expect(underWay(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
