import { describe, expect, test } from 'vitest';
import { concurrencyFor, concurrencyWarning, planConcurrency } from './concurrency.ts';
import { limitIn, readRoom } from './room.ts';

const GIB = 1024 ** 3;
const room = (limit: number, memory: number) => ({ openFiles: { limit, inUse: 30 }, memory });

describe('how many hosts there is room for', () => {
  test.each([
    ['a few hosts: all of them', 3, room(20_000, 8 * GIB), { start: 3, most: 250 }],
    ['one', 1, room(20_000, 8 * GIB), { start: 1, most: 250 }],
    ['many hosts', 10_000, room(20_000, 8 * GIB), { start: 50, most: 250 }],
    ['the usual limit of open files', 10_000, room(1024, 8 * GIB), { start: 50, most: 250 }],
    ['few open files', 10_000, room(256, 8 * GIB), { start: 50, most: 54 }],
    ['very few open files', 10_000, room(100, 8 * GIB), { start: 2, most: 2 }],
    ['hardly any', 10_000, room(40, 8 * GIB), { start: 1, most: 1 }],
    ['a small container', 10_000, room(20_000, GIB / 8), { start: 32, most: 32 }],
    ['no memory', 10_000, room(20_000, 0), { start: 1, most: 1 }],
    ['a limit that nobody knows', 10_000, { memory: 8 * GIB }, { start: 50, most: 250 }],
  ])('%s', (_, hosts, given, numbers) => {
    expect(planConcurrency(hosts, given)).toMatchObject(numbers);
  });

  test('says why', () => {
    expect(planConcurrency(10_000, room(256, 8 * GIB)).reason).toBe(
      'of 10,000 hosts; 256 open files and 8.0 GiB of free memory allow up to 54',
    );
    expect(planConcurrency(3, room(256, 8 * GIB)).reason).toBe('all of them');
  });

  test('a number that is given is fixed', () => {
    expect(concurrencyFor(7, 10_000)).toBe(7);
    expect(concurrencyFor('auto', 0)).toBe(1);
  });
});

describe('a number that is given', () => {
  test.each([
    ['fits', 200, 10_000, room(256, GIB)],
    ['is more than there are hosts', 10_000, 200, room(256, GIB)],
    ['is small', 10, 10_000, room(20, GIB)],
    ['may be too much where nobody knows the limit', 5000, 5000, { memory: GIB }],
    ['is none', 'auto', 10_000, room(40, GIB)],
  ] as const)('%s', (_, given, hosts, here) => {
    expect(concurrencyWarning(given, hosts, here)).toBeUndefined();
  });

  test('cannot be', () => {
    expect(concurrencyWarning(1500, 10_000, room(1024, GIB))).toMatch(
      /^warning: --concurrency 1500: this process may open 1,024 files at once \(ulimit -n\)/,
    );
  });
});

describe('this machine', () => {
  test('tells what is free', () => {
    const { openFiles, memory } = readRoom();
    expect(memory).toBeGreaterThan(1024 * 1024);
    expect(openFiles?.limit).toBeGreaterThan(openFiles!.inUse);
    expect(openFiles?.inUse).toBeGreaterThan(2);
  });

  test.each([
    ['Max open files            1024                 524288               files     \n', 1024],
    [
      'Max open files            unlimited            unlimited            files     \n',
      Number.MAX_SAFE_INTEGER,
    ],
    ['Max processes             1024                 524288               processes \n', undefined],
  ])('%j', (text, limit) => {
    expect(limitIn(text)).toBe(limit);
  });
});
