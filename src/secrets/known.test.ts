import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KnownSecrets } from './known.ts';
import { MASK } from './mask.ts';

function masked(secret: string, text: string): string {
  const known = new KnownSecrets();
  known.add(secret);
  return known.mask(text);
}

const SECRET = `pass'w"ö rd&1`;

test.each([
  ['as it is', SECRET],
  ['JSON', JSON.stringify(SECRET)],
  ['JSON in JSON', JSON.stringify(SECRET)],
  ['URL', encodeURIComponent(SECRET)],
  ['form', encodeURIComponent(SECRET).replaceAll('%20', '+')],
  ['base64', Buffer.from(SECRET).toString('base64')],
  ['base64url', Buffer.from(SECRET).toString('base64url')],
  ['hex', Buffer.from(SECRET).toString('hex')],
  ['single quotes', `'${SECRET.replaceAll("'", `'\\''`)}'`],
  ['HTML', SECRET.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ['URL with quotes escaped', encodeURIComponent(SECRET).replaceAll("'", '%27')],
  [
    'URL in small letters',
    encodeURIComponent(SECRET).replaceAll('%C3%B6', '%c3%b6').replaceAll('%26', '%26'),
  ],
  ['JSON of ASCII alone', JSON.stringify(SECRET).slice(1, -1).replace('ö', '\\u00f6')],
  ['double quotes of a shell', SECRET.replaceAll(/["$`\\]/g, '\\$&')],
  ['Unicode in parts', SECRET.normalize('NFD')],
  ['bytes', Buffer.from(SECRET).toString('latin1')],
  ['bytes with escapes', SECRET.replace('ö', '\\303\\266')],
])('a secret is found as %s', (_, form) => {
  const text = masked(SECRET, `before ${form} after`);
  expect(text).toMatch(/^before .* after$/);
  expect(text).toContain(MASK);
  expect(text).not.toContain(form);
});

test.each([0, 1, 2, 3, 4, 5])('inside the base64 of a longer text, at place %i', (place) => {
  const text = Buffer.from(`${'user:'.slice(0, place)}correct horse${'@host'.slice(place)}`).toString(
    'base64',
  );
  const result = masked('correct horse', text);
  expect(result).toContain(MASK);
  // What is left is too short to hold more than a letter of it.
  expect(result.replace(MASK, '').length).toBeLessThanOrEqual(14);
});

test.each([
  ['alone, as base64 breaks it', 76, ''],
  ['alone, as openssl breaks it', 64, ''],
  ['behind other text', 76, 'user:'],
  ['behind other text, indented', 60, 'ab'],
])('a long secret is found in lines of base64: %s', (_, width, before) => {
  const secret = Array.from({ length: 40 }, (__, at) => `word${at}`).join(' ');
  const lines =
    Buffer.from(`${before}${secret}\n`)
      .toString('base64')
      .match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  expect(lines.length).toBeGreaterThan(3);
  const result = masked(secret, `it says:\n${lines.join('\n  ')}\nand ends`);
  // What is left is of the text around it.
  expect(result).toMatch(/^it says:\n[\w+/]{0,8}\*{8}[\w+/=]{0,4}\nand ends$/);
});

test('and in lines of hexadecimal digits', () => {
  const secret = 'correct horse battery staple, and more of it';
  const lines =
    Buffer.from(secret)
      .toString('hex')
      .match(/.{1,60}/g) ?? [];
  expect(masked(secret, lines.join('\n'))).toBe(MASK);
});

test('a name as ls writes it', () => {
  expect(masked('caf\u00e9-\u00f6\tx', "'/caf'$'\\303\\251''-'$'\\303\\266\\t''x': no")).toBe(
    `'/${MASK}': no`,
  );
  expect(masked('caf\u00e9', "'caf'$'\\303\\251'")).toBe(`'${MASK}'`);
});

test('each line of a secret of several lines is one', () => {
  const result = masked('-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n', '| kqhkiG9w0BAQEF |');
  expect(result).toBe(`| ${MASK} |`);
});

test('secrets that overlap leave nothing of either', () => {
  const known = new KnownSecrets();
  for (const secret of ['abcdef', 'defghi', 'cdef']) known.add(secret);
  expect(known.mask('x abcdefghi y cdef z')).toBe(`x ${MASK} y ${MASK} z`);
});

test('what is short, or a word of every output, is not looked for', () => {
  const known = new KnownSecrets();
  for (const text of ['abc', '22', '8080', 'true', 'changed', 'host', '', '    ', '****']) known.add(text);
  expect(known.size).toBe(0);
  known.add('123456');
  expect(known.mask('123456')).toBe(MASK);
});

test('a short secret is looked for where it is a word of its own, and in its other forms', () => {
  const known = new KnownSecrets();
  for (const text of ['kea', '4711', 'p@1']) known.addWhole(text);
  expect(known.mask('kea: "kea", /kea/ PIN=4711. (p@1)')).toBe(
    `${MASK}: "${MASK}", /${MASK}/ PIN=${MASK}. (${MASK})`,
  );
  const other = 'keas weakea kea_x 14711 47110 4711th xp@1';
  expect(known.mask(other)).toBe(other);
  expect(known.mask('kea')).toBe(MASK);
  expect(known.mask(Buffer.from('4711').toString('base64'))).toContain(MASK);
});

test('what is shorter than that is not looked for at all', () => {
  const known = new KnownSecrets();
  for (const text of ['ab', '443', '22', '9', '', 'true', 'null', '  x', '***']) known.addWhole(text);
  expect(known.mask('ab 443 22 9 true null   x ***')).toBe('ab 443 22 9 true null   x ***');
});

test('no word of an event stream can be taken for a secret', () => {
  const stream = readFileSync(new URL('../reports/golden/json-lines.jsonl', import.meta.url), 'utf8');
  const keys = new Set<string>();
  for (const line of stream.trim().split('\n')) {
    JSON.parse(line, (key, value: unknown) => {
      if (key !== '' && Number.isNaN(Number(key))) keys.add(key);
      return value;
    });
  }
  const known = new KnownSecrets();
  // Names of what kinds register, and of attributes, are data.
  const words = [...keys].filter((key) => !['home', 'shell', 'groups'].includes(key));
  for (const key of words) known.add(key);
  expect(known.size).toBe(0);
  expect(words.length).toBeGreaterThan(20);
});

test('nothing of a secret is left, wherever it stands', () => {
  const texts = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 5 }), texts, texts, (secrets, before, after) => {
      const known = new KnownSecrets();
      for (const secret of secrets) known.add(secret);
      for (const secret of secrets) {
        if (/^[\s*]*$/.test(secret)) continue;
        for (const form of [
          secret,
          JSON.stringify(secret),
          encodeURIComponent(Buffer.from(secret).toString()),
        ]) {
          expect(known.mask(before + form + after)).not.toContain(form);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('many secrets take no longer than one', () => {
  const known = new KnownSecrets();
  for (let at = 0; at < 20_000; at += 1) known.add(`secret number ${at} of many`);
  const line = 'nothing to see here, but long enough to be searched through. '.repeat(200);
  for (let at = 0; at < 100; at += 1) expect(known.mask(line)).toBe(line);
  expect(known.mask('x secret number 19999 of many y')).toBe(`x ${MASK} y`);
});

test('a long line takes no longer for its length', () => {
  const known = new KnownSecrets();
  known.add('correct horse');
  // From each character on it would be read anew: minutes.
  const line = `${'A'.repeat(200_000)} correct horse\n`;
  expect(known.mask(line)).toBe(line.replace('correct horse', MASK));
});
