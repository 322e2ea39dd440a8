import { expect, test } from 'vitest';
import { cutText } from './cut-text.ts';
import { MASK } from './mask.ts';
import { Secret } from './secret.ts';

test('a secret is masked before it can be cut in two', () => {
  expect(new Secret('correct horse battery').reveal()).toHaveLength(21);
  const text = 'it is correct horse battery, no?';
  for (const most of [6, 10, 14, 20, 24]) {
    for (const keep of ['beginning', 'end'] as const) {
      const cut = cutText(text, most, keep);
      expect(cut.length).toBeLessThanOrEqual(most);
      expect(`it is ${MASK}, no?`).toContain(cut);
    }
  }
  expect(cutText('short', 10)).toBe('short');
});
