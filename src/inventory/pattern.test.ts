import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../documents/format.ts';
import { splitPort } from './host-name.ts';
import { expandHostRange } from './host-range.ts';
import { loadInventory } from './load.ts';
import { nameMatcher } from './pattern.ts';

const inventory = loadInventory(['web[1:3],db[01:02].x,2001:db8::1,edge,']).inventory!;
function select(pattern: string, limit?: string): string {
  return inventory
    .select(pattern, limit === undefined ? {} : { limit })
    .hosts.map(({ name }) => name)
    .join(' ');
}

describe('host patterns', () => {
  test.each([
    ['all', 'web1 web2 web3 db01.x db02.x 2001:db8::1 edge'],
    ['*', 'web1 web2 web3 db01.x db02.x 2001:db8::1 edge'],
    ['ungrouped', 'web1 web2 web3 db01.x db02.x 2001:db8::1 edge'],
    ['edge:web1', 'web1 edge'],
    ['edge, web1', 'web1 edge'],
    ['web*', 'web1 web2 web3'],
    ['web?', 'web1 web2 web3'],
    ['web[12]', 'web1 web2'],
    ['web[!12]', 'web3'],
    ['web[1:2]', 'web1 web2'],
    ['web*:!web2', 'web1 web3'],
    ['!web*', 'db01.x db02.x 2001:db8::1 edge'],
    ['web*:&*2', 'web2'],
    ['&*2:web*', 'web2'],
    ['all:&web*:!web1', 'web2 web3'],
    ['*.x', 'db01.x db02.x'],
    ['2001:db8::1', '2001:db8::1'],
    ['web1,2001:db8::1', 'web1 2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['all,!2001:db8::1,!web*', 'db01.x db02.x edge'],
    ['~(web|ed)', 'web1 web2 web3 edge'],
    ['~web[23]', 'web2 web3'],
    ['all[0]', 'web1'],
    ['all[-1]', 'edge'],
    ['all[1:2]', 'web2 web3'],
    ['all[5:]', '2001:db8::1 edge'],
    ['web*[1]', 'web2'],
    ['~db,web*[0]', 'web1 db01.x db02.x'],
  ])('%s', (pattern, expected) => {
    expect(select(pattern)).toBe(expected);
  });

  test('a limit keeps what both match', () => {
    expect(select('web*', 'web[23]')).toBe('web2 web3');
    expect(select('all', '!web*:!db*')).toBe('2001:db8::1 edge');
  });

  test.each([
    [
      'wbe1',
      undefined,
      'error: there is no host or group `wbe1` in the inventory\nhint: did you mean `web1`?',
    ],
    [
      'all:!egde',
      undefined,
      'error: there is no host or group `egde` in the inventory\nhint: did you mean `edge`?',
    ],
    ['zzz*', undefined, 'warning: no host or group matches `zzz*`'],
    ['web*:&db*', undefined, 'warning: no host matches `web*:&db*`'],
    ['web*', 'db*', 'warning: no host matches `web*` within the limit `db*`'],
    ['web*', 'nowhere', 'error: there is no host or group `nowhere` in the inventory'],
    ['', undefined, 'warning: no host matches ``'],
  ])('%s limited to %s: message', (pattern, limit, expected) => {
    const { diagnostics } = inventory.select(pattern, limit === undefined ? {} : { limit });
    expect(formatDiagnostics(diagnostics)).toBe(expected);
  });

  test('any pattern: no throw, hosts or a message', () => {
    const piece = fc.constantFrom(
      'web',
      '1',
      '*',
      '?',
      '[',
      ']',
      '!',
      '&',
      ':',
      ',',
      '~',
      '(',
      ')',
      '-',
      'all',
      '2001:db8::1',
      '\\',
      '^',
      '{',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (pattern) => {
          const { hosts, diagnostics } = inventory.select(pattern);
          expect(hosts.length > 0 || diagnostics.length > 0).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('names that match', () => {
  const matches = (pattern: string, name: string): boolean => {
    const matcher = nameMatcher(pattern);
    if (typeof matcher !== 'function') throw new Error(matcher.reason);
    return matcher(name);
  };

  test.each([
    ['web*', 'web01', true],
    ['web*', 'aweb', false],
    ['*.*.*.example', 'a.b.c.example', true],
    ['*.*.*.example', 'a.b.example', false],
    ['w?b[!0-9]*-*-*', 'webx-1-2', true],
    ['~web0[12]', 'web01.example', true],
    ['~eb', 'web01', false],
  ])('%s: %s is %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test.each([`${'*a'.repeat(40)}b`, '~(a+)+b'])('%s does not go on for ever', (pattern) => {
    expect(matches(pattern, 'a'.repeat(250))).toBe(false);
  });

  test('what cannot be used is explained', () => {
    expect(nameMatcher('~web(')).toMatchObject({ reason: expect.stringContaining('missing closing )') });
    expect(nameMatcher('~(?!db)')).toMatchObject({ hint: expect.stringContaining('looking ahead') });
  });
});

describe('ranges', () => {
  test.each([
    ['web[01:03]', ['web01', 'web02', 'web03']],
    ['[a:c]x', ['ax', 'bx', 'cx']],
    ['h[0:10:5]', ['h0', 'h5', 'h10']],
    ['h[:2]', ['h0', 'h1', 'h2']],
    ['r[1:2]h[a:b]', ['r1ha', 'r1hb', 'r2ha', 'r2hb']],
    ['h[8:11]', ['h8', 'h9', 'h10', 'h11']],
    ['h[098:101]', ['h098', 'h099', 'h100', 'h101']],
    ['h[C:D]', ['hC', 'hD']],
    ['plain', ['plain']],
  ])('%s', (pattern, names) => {
    expect(expandHostRange(pattern)).toEqual({ ok: true, names });
  });

  test.each([
    'h[9:1]',
    'h[01:100]',
    'h[a:3]',
    'h[a:C]',
    'h[1:5:0]',
    'h[1:99999999]',
    'h[1:999]x[1:999]',
    'h[z:a]',
  ])('%s is refused', (pattern) => {
    expect(expandHostRange(pattern)).toMatchObject({ ok: false });
  });

  test('a range counts from its first to its last', () => {
    fc.assert(
      fc.property(fc.nat(999), fc.nat(99), fc.integer({ min: 1, max: 9 }), (first, length, step) => {
        const last = first + length;
        const expanded = expandHostRange(`h[${first}:${last}:${step}]`);
        const expected: string[] = [];
        for (let value = first; value <= last; value += step) expected.push(`h${value}`);
        expect(expanded).toEqual({ ok: true, names: expected });
      }),
    );
  });

  test('any text: no throw', () => {
    const piece = fc.constantFrom('[', ']', ':', '0', '1', '9', 'a', 'z', 'A', '-', '::');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
        const expanded = expandHostRange(parts.join(''));
        if (expanded.ok) expect(expanded.names.length).toBeGreaterThan(0);
        else expect(expanded.reason).not.toBe('');
      }),
    );
  });
});

test.each([
  ['host:22', { name: 'host', port: 22 }],
  ['host', { name: 'host' }],
  ['2001:db8::1', { name: '2001:db8::1' }],
  ['[2001:db8::1]:22', { name: '2001:db8::1', port: 22 }],
  ['[2001:db8::1]', { name: '2001:db8::1' }],
  ['web[1:3]', { name: 'web[1:3]' }],
  ['web[1:3]:22', { name: 'web[1:3]', port: 22 }],
])('port of %s', (text, expected) => {
  expect(splitPort(text)).toEqual(expected);
});

test('a pattern is longer than engines like it, and matches nothing or is told to be no good', () => {
  for (const text of [`all${'['.repeat(100_000)}`, `web*${'x'.repeat(100_000)}`, '?'.repeat(100_000)]) {
    const matcher = nameMatcher(text);
    if (typeof matcher === 'function') expect(matcher('web1')).toBe(false);
    else expect(matcher.reason).not.toBe('');
  }
});
