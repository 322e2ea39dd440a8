import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Shell } from '../../src/shell/quote.ts';
import { profileText, word } from '../../src/steps/env/shell-text.ts';
import { type LocalShell, localShells, runScript } from '../support/local-shell.ts';

const { shells, close } = localShells();
afterAll(close);

function evaluate(shell: LocalShell, text: string): string {
  const { code, stdout, stderr } = runScript(shell, new Shell(text));
  expect(stderr.toString()).toBe('');
  expect(code).toBe(0);
  return stdout.toString('utf8');
}

describe.each(shells)('settings in $name', { timeout: 60_000 }, (shell) => {
  test('values without a dollar sign are literal', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => !/[$\0]/.test(text));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const said = evaluate(shell, values.map((one) => `printf '%s\\000' ${word(one)}`).join('\n'));
        expect(said).toBe(values.map((one) => `${one}\0`).join(''));
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ['$HOME/go', '/h o/go'],
    [`a \${HOME} b`, 'a /h o b'],
    ['$$HOME', '$HOME'],
    ['$$$HOME', '$/h o'],
    ['$(id) `id` $1 $', '$(id) `id` $1 $'],
    [`\${HOME:-x}`, `\${HOME:-x}`],
    ['$HOME$HOME', '/h o/h o'],
    ['$EMPTY', ''],
    ['', ''],
  ])('%s', (value, expected) => {
    expect(evaluate(shell, `HOME='/h o' EMPTY=; printf %s ${word(value)}`)).toBe(expected);
  });

  test('PATH: the first in front, none twice, those that are there stay', () => {
    const text = profileText({
      name: 'x',
      path: ['/b', '/opt/a b', '$HOME/bin', '/usr/bin'],
      set: { A: "it's" },
    });
    const said = evaluate(shell, `PATH=/usr/bin:/bin HOME=/h\n${text}${text}printf '%s|%s' "$PATH" "$A"`);
    expect(said).toBe("/b:/opt/a b:/h/bin:/usr/bin:/bin|it's");
  });

  test('an empty PATH', () => {
    expect(evaluate(shell, `PATH=\n${profileText({ name: 'x', path: ['/a'] })}printf %s "$PATH"`)).toBe('/a');
  });
});
