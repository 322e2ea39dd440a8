import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureText, unifiedDiff } from './text-change.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('a diff of two texts', () => {
  test('is a unified diff', () => {
    expect(unifiedDiff('/etc/x', { before: bytes('a\nb\n'), after: bytes('a\nc\n') }, true)).toEqual([
      '--- a/etc/x',
      '+++ b/etc/x',
      '@@ -1,2 +1,2 @@',
      ' a',
      '-b',
      '+c',
    ]);
  });

  test('of a new file begins at /dev/null', () => {
    expect(unifiedDiff('/etc/x', { after: bytes('a') }, false)).toEqual([
      '--- /dev/null',
      '+++ b/etc/x',
      '@@ -0,0 +1,1 @@',
      '+a',
      '\\ No newline at end of file',
    ]);
  });

  test('turns the one text into the other', () => {
    const text = fc
      .array(fc.stringMatching(/^[abc ]{0,3}$/), { maxLength: 12 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        const patch = unifiedDiff('/x', { before: bytes(before), after: bytes(after) }, true);
        expect(applyPatch(before, `${patch?.join('\n')}\n`)).toBe(after);
      }),
    );
  });
});

describe('what a diff would not show', () => {
  test.each([
    ['binary', bytes('a\0b'), bytes('c'), { before: 3, after: 1 }],
    ['binary', Buffer.from([0xff]), Buffer.from([0xfe]), { before: 1, after: 1 }],
    ['large', bytes('x'.repeat(300_000)), bytes('y'), { before: 300_000, after: 1 }],
  ])('%s', (reason, before, after, sizes) => {
    expect(unifiedDiff('/x', { before, after }, true)).toBeUndefined();
    expect(measureText({ before, after }, true)).toEqual({ kind: 'opaque', reason, ...sizes });
  });

  test('an old side that was not brought here is not taken for an empty one', () => {
    expect(unifiedDiff('/x', { after: bytes('y') }, true)).toBeUndefined();
    expect(measureText({ after: bytes('y') }, true)).toMatchObject({ reason: 'unseen' });
  });
});

test('lines are counted', () => {
  const text = { before: bytes('a\nb\nc\n'), after: bytes('a\nx\ny\nc\n') };
  expect(measureText(text, true)).toEqual({ kind: 'lines', added: 2, removed: 1 });
});
