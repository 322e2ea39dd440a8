import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listHosts, nameHosts } from './host-names.ts';
import { createStyle } from './style.ts';

const { symbols } = createStyle();
const names = (prefix: string, from: number, to: number, width = 2): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => prefix + String(from + index).padStart(width, '0'));

test.each([
  [['web01'], 'web01'],
  [['web02', 'web01'], '2 hosts: web01, web02'],
  [names('web', 1, 18), '18 hosts: web01…web18'],
  [names('web', 8, 12, 1), '5 hosts: web8…web12'],
  [[...names('web', 1, 3), 'web05', 'db1'], '5 hosts: db1, web01…web03, web05'],
  [names('web', 98, 101, 3), '4 hosts: web098…web101'],
  [['web99', 'web100', 'web101'], '3 hosts: web99…web101'],
  [['web099', 'web100', 'web101'], '3 hosts: web099…web101'],
  [['web1', 'web02', 'web3'], '3 hosts: web1, web02, web3'],
  [['a1.internal', 'a2.internal', 'a3.internal', 'a3.other'], '4 hosts: a1.internal…a3.internal, a3.other'],
  [['r1n1', 'r1n2', 'r1n3', 'r2n1'], '4 hosts: r1n1…r1n3, r2n1'],
  [['10.0.0.1', '10.0.0.2', '10.0.0.3'], '3 hosts: 10.0.0.1…10.0.0.3'],
  [['alpha', 'beta'], '2 hosts: alpha, beta'],
])('%j', (hosts, expected) => {
  expect(listHosts(hosts, symbols)).toBe(expected);
});

test('a long list says how many hosts are left out', () => {
  const odd = names('web', 1, 99).filter((_, index) => index % 2 === 0);
  expect(nameHosts([...odd, ...names('x', 1, 5)], symbols, 3)).toBe('web01, web03, web05 and 52 more');
  expect(nameHosts([...names('a', 1, 5), ...odd], symbols, 2)).toBe('a01…a05, web01 and 49 more');
});

test('every host is named or counted, once', () => {
  const host = fc.stringMatching(/^[ab][0-9]{1,2}(\.[0-9])?$/);
  fc.assert(
    fc.property(
      fc.uniqueArray(host, { minLength: 2, maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (all, most) => {
        const text = nameHosts(all, symbols, most);
        const left = Number(/ and (\d+) more$/.exec(text)?.[1] ?? 0);
        const shown = text.replace(/ and \d+ more$/, '').split(', ');
        expect(shown.length).toBeLessThanOrEqual(most);
        const covered = shown.reduce((sum, one) => {
          const [first, last] = one.split('…');
          if (last === undefined) return sum + 1;
          const numbers = (name: string): number[] => (name.match(/\d+/g) ?? []).map(Number);
          const steps = numbers(last).map((value, at) => value - numbers(first!)[at]!);
          return sum + 1 + Math.max(...steps);
        }, 0);
        expect(covered + left).toBe(all.length);
      },
    ),
  );
});
