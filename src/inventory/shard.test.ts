import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInShard, shardOf } from './shard.ts';

const NAMES = Array.from(
  { length: 10_000 },
  (_, index) => `web${String(index).padStart(5, '0')}.example.com`,
);

describe('the part of a host', () => {
  test('is exactly one of so many', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100_000 }), (host, count) => {
        const part = shardOf(host, count);
        expect(Number.isInteger(part) && part >= 1 && part <= count).toBe(true);
        expect(isInShard(host, { index: part, count })).toBe(true);
        if (count > 1) expect(isInShard(host, { index: (part % count) + 1, count })).toBe(false);
      }),
    );
  });

  test('is what the documented line of shell says', () => {
    for (const host of ['web01', 'db-2.example.com', 'böse', 'a b']) {
      for (const count of [2, 7, 64]) {
        const script = 'echo $(( 0x$(printf %s "$1" | sha256sum | cut -c1-12) % $2 + 1 ))';
        const said = execFileSync('sh', ['-c', script, 'sh', host, String(count)]).toString();
        expect(shardOf(host, count)).toBe(Number(said));
      }
    }
  });

  test('stays what it is from version to version: controllers of a fleet may differ', () => {
    expect(['web01', 'web02', 'web03', 'db01'].map((host) => shardOf(host, 8))).toEqual([2, 2, 1, 2]);
  });

  test.each([2, 3, 8, 10, 16])('%i parts of 10,000 hosts are even', (count) => {
    const sizes = new Array<number>(count).fill(0);
    for (const name of NAMES) sizes[shardOf(name, count) - 1]! += 1;
    const fair = NAMES.length / count;
    // Three standard deviations of chance: what any hash that knows no other host can do.
    const allowed = 3 * Math.sqrt(fair * (1 - 1 / count));
    for (const size of sizes) expect(Math.abs(size - fair)).toBeLessThan(allowed);
  });
});

test('without parts every host belongs', () => {
  expect(isInShard('web01', undefined)).toBe(true);
});
