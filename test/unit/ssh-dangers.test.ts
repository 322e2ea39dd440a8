import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pageText } from '../support/docs.ts';

const ROOT = new URL('../../', import.meta.url);
const rows = pageText('docs/ssh-dangers.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| danger |'))
  .map((line) => line.split(' | '))
  .map(([danger = '', does = '', proofs = '', ...more]) => ({ danger: danger.slice(2), does, proofs, more }));

/** `[name](../path): "title", "title"` */
function proofsIn(cell: string): readonly { readonly path: string; readonly titles: readonly string[] }[] {
  return [...cell.matchAll(/\]\(\.\.\/([^)]+)\): ((?:"[^"]+"(?:, )?)+)/g)].map(
    ([, path = '', titles = '']) => ({
      path,
      titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
    }),
  );
}

test('every danger is told', () => {
  expect(rows.length).toBeGreaterThanOrEqual(33);
});

describe.each(rows)('$danger', ({ does, proofs, more }) => {
  test('is met, and the tests that prove it are there', () => {
    expect(more).toEqual([]);
    expect(does.length).toBeGreaterThan(10);
    const found = proofsIn(proofs);
    expect(found.length).toBeGreaterThan(0);
    // Nothing is written in a way that is not read here.
    expect(found.length, proofs).toBe(proofs.match(/\]\(/g)?.length);
    for (const { path, titles } of found) {
      const file = fileURLToPath(new URL(path, ROOT));
      expect(existsSync(file), path).toBe(true);
      const text = readFileSync(file, 'utf8');
      for (const title of titles) {
        const told = ["'", '"', '`'].some((quote) => text.includes(`${quote}${title}${quote}`));
        expect(told, `${path}: ${title}`).toBe(true);
      }
    }
  });
});
