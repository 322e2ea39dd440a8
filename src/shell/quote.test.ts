import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { localShells } from '../../test/support/local-shell.ts';
import { joinShell, quote, sh } from './quote.ts';

describe('sh', () => {
  test('quotes values and keeps shell text', () => {
    expect(sh`rm -f -- ${"it's $HOME"}`.text).toBe("rm -f -- 'it'\\''s $HOME'");
  });

  test('a list becomes words, nested shell stays code', () => {
    const inner = sh`cat ${'/etc/a b'}`;
    expect(sh`${inner} | grep ${['-e', 'x y']}`.text).toBe("cat '/etc/a b' | grep -e 'x y'");
  });

  test('an empty value is still a word', () => {
    expect(quote('')).toBe("''");
  });

  test('refuses NUL, which no argument can hold', () => {
    expect(() => sh`echo ${'a\0b'}`).toThrow(TypeError);
  });

  test('joins fragments', () => {
    expect(joinShell([sh`a`, sh`b`]).text).toBe('a\nb');
  });
});

const { shells, close } = localShells();
afterAll(close);

describe.each(shells)('any text arrives unchanged through $name', ({ command, args, path }) => {
  test('property', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '!', '*', '-', ' ', '\t', '(', 'é', '😀'),
      }),
    );
    const words = fc.array(
      text.filter((value) => !value.includes('\0') && !/\p{Surrogate}/u.test(value)),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(words, (values) => {
        const script = sh`for w in ${values}; do printf '%s\\000' "$w"; done`;
        const out = execFileSync(command, [...args, '-c', script.text], {
          env: { ...process.env, PATH: path },
        });
        expect(out.toString('utf8').split('\0').slice(0, -1)).toEqual(values);
      }),
      { numRuns: 100 },
    );
  });
});
