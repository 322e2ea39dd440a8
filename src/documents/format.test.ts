import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from './diagnostic.ts';
import { formatDiagnostic, formatDiagnostics, sortDiagnostics } from './format.ts';
import { createLineIndex } from './line-index.ts';
import { textWidth } from './text-width.ts';

function diagnostic(text: string, start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic {
  const range = createLineIndex(text).range(start, end);
  return {
    severity: 'error',
    code: 'x',
    message: 'wrong',
    file: 'f.yml',
    range,
    source: { file: 'f.yml', text },
    ...more,
  };
}

test('headline, line, squiggle, hint', () => {
  expect(formatDiagnostic(diagnostic('a: 1\nbc: 22\n', 9, 11, { hint: 'mend it' }))).toBe(
    'f.yml:2:5: error: wrong\n    2 | bc: 22\n      |     ^~\nhint: mend it',
  );
});

test('without source or place only the headline is left', () => {
  expect(formatDiagnostic({ severity: 'warning', code: 'x', message: 'm' })).toBe('warning: m');
  expect(formatDiagnostic({ severity: 'error', code: 'x', message: 'm', file: 'f' })).toBe('f: error: m');
});

test('tabs, wide and combining characters keep the squiggle in place', () => {
  const text = '\t日本: e\u0301x bad';
  const start = text.indexOf('bad');
  const [, line = '', marks = ''] = formatDiagnostic(diagnostic(text, start, start + 3)).split('\n');
  expect(textWidth(line.slice(0, line.indexOf('bad')))).toBe(marks.indexOf('^'));
  expect(marks.trimEnd().endsWith('^~~')).toBe(true);
});

test('control characters and direction marks cannot reach the terminal', () => {
  const text = 'a: \u001b[31m\u202ered\u009b2J';
  const shown = formatDiagnostic(
    diagnostic(text, 0, 1, { message: 'm\u001b[0m', file: 'f\u0007', hint: '\u0000' }),
    {},
  );
  expect(shown).toBe('f␇:1:1: error: m␛[0m\n    1 | a: ␛[31m<U+202E>red<U+009B>2J\n      | ^\nhint: ␀');
});

test('long lines are cut around the place', () => {
  const text = `${'x'.repeat(500)}BAD${'y'.repeat(500)}`;
  const lines = formatDiagnostic(diagnostic(text, 500, 503), { width: 60 }).split('\n');
  for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(60);
  expect(lines[1]).toMatch(/\| ….*BAD.*…$/);
  expect(lines[1]!.indexOf('BAD')).toBe(lines[2]!.indexOf('^~~'));
});

test('colour only on request', () => {
  const one = diagnostic('a: 1', 0, 1);
  expect(formatDiagnostic(one)).not.toContain('\u001b');
  expect(formatDiagnostic(one, { color: true })).toContain('\u001b[31m');
});

describe('several', () => {
  const text = 'a: 1\nb: 2\n';
  const late = diagnostic(text, 5, 6);
  const early = diagnostic(text, 0, 1);

  test('are sorted by place, and told once', () => {
    expect(sortDiagnostics([late, early, late]).map(({ range }) => range!.start.line)).toEqual([1, 2]);
    expect(formatDiagnostics([late, early]).split('\n\n')).toHaveLength(2);
  });

  test('a warning at the place of an error is left out', () => {
    const warning: Diagnostic = { ...early, severity: 'warning', message: 'less' };
    expect(sortDiagnostics([warning, early])).toEqual([early]);
    expect(sortDiagnostics([warning, late])).toEqual([warning, late]);
  });
});

test('any text, any range, any width', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 0, max: 80 }),
      (text, a, b, width) => {
        const shown = formatDiagnostic(diagnostic(text, Math.min(a, b), Math.max(a, b)), { width });
        expect(shown).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]/);
        expect(shown.split('\n')).toHaveLength(3);
      },
    ),
    { numRuns: 2000 },
  );
});
