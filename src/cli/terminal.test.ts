import { expect, test } from 'vitest';
import { canDrawLive, colorWanted, unicodeWanted } from './terminal.ts';

const terminal = { isTTY: true, columns: 80 } as const;
const pipe = { isTTY: false, columns: 80 } as never;

test('colour is for terminals that want it', () => {
  expect(colorWanted(terminal, false, {})).toBe(true);
  expect(colorWanted(terminal, true, {})).toBe(false);
  expect(colorWanted(terminal, false, { NO_COLOR: '1' })).toBe(false);
  expect(colorWanted(terminal, false, { NO_COLOR: '' })).toBe(true);
  expect(colorWanted(terminal, false, { TERM: 'dumb' })).toBe(false);
  expect(colorWanted(pipe, false, {})).toBe(false);
  expect(colorWanted(pipe, false, { FORCE_COLOR: '1' })).toBe(true);
  expect(colorWanted(pipe, false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
});

test('more than ASCII is for locales that have it', () => {
  expect(unicodeWanted({ LANG: 'de_DE.UTF-8' })).toBe(true);
  expect(unicodeWanted({ LANG: 'C.utf8' })).toBe(true);
  expect(unicodeWanted({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(unicodeWanted({ LC_ALL: '', LANG: 'en_US.UTF-8' })).toBe(true);
  expect(unicodeWanted({})).toBe(false);
});

test('a live display needs a terminal that can move its cursor', () => {
  expect(canDrawLive(terminal, {})).toBe(true);
  expect(canDrawLive(terminal, { TERM: 'dumb' })).toBe(false);
  expect(canDrawLive(terminal, { CI: 'true' })).toBe(false);
  expect(canDrawLive(pipe, {})).toBe(false);
});
