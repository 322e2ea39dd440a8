import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findBlock, withBlock, withoutBlock } from './block.ts';

const BLOCK = '# BEGIN provision env go\nexport A=1\n# END provision env go\n';

function put(text: string, content = 'export A=1\n'): string {
  return withBlock(text, 'go', findBlock(text, 'go'), content);
}

describe('a block in a file', () => {
  test.each([
    ['', BLOCK],
    ['x\n', `x\n${BLOCK}`],
    ['x', `x\n${BLOCK}`],
    [`a\r\n${BLOCK}b`, `a\r\n${BLOCK}b`],
    ['a\n# BEGIN provision env go\nold\n\n# END provision env go', `a\n${BLOCK}`],
    // The block of another name that begins alike is not touched.
    [
      '# BEGIN provision env gopher\n# END provision env gopher\n',
      `# BEGIN provision env gopher\n# END provision env gopher\n${BLOCK}`,
    ],
  ])('%j', (before, after) => {
    expect(put(before)).toBe(after);
  });

  test.each([
    '# BEGIN provision env go\n',
    '# END provision env go\n',
    '# END provision env go\n# BEGIN provision env go\n',
    `${BLOCK}${BLOCK}`,
  ])('damaged: %j', (text) => {
    expect(findBlock(text, 'go').kind).toBe('broken');
  });

  test('what is around it is kept, and removing it gives back what was there', () => {
    const lines = fc.array(fc.stringMatching(/^[\x20-\x7e\r\x80-\xff]{0,10}$/), { maxLength: 5 });
    fc.assert(
      fc.property(lines, lines, fc.boolean(), (above, below, newline) => {
        const head = above.map((line) => `${line}\n`).join('');
        const tail = `${below.join('\n')}${newline ? '\n' : ''}`;
        const whole = head + BLOCK + tail;
        expect(put(whole)).toBe(whole);
        expect(withoutBlock(whole, findBlock(whole, 'go'))).toBe(head + tail);
        expect(put(whole, 'other\n')).toBe(
          `${head}# BEGIN provision env go\nother\n# END provision env go\n${tail}`,
        );
      }),
    );
  });
});
