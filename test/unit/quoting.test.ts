import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { quote, sh } from '../../src/shell/quote.ts';
import { SHELL_BODY } from '../../src/ssh/session/prelude.ts';
import { anyText, CASES, firstDifference, samples } from '../support/arbitrary-text.ts';
import { type LocalShell, localShells } from '../support/local-shell.ts';

/** Any text arrives unchanged, in every shell and through what changes the user: one request of many words, as the session sends it. */
const { shells, close } = localShells();
afterAll(close);

const { values, seed } = samples(anyText, CASES);

/** Several requests to one shell: shells take long to read one word of many. */
const parts = Array.from({ length: Math.ceil(values.length / 500) }, (_, index) =>
  values.slice(500 * index, 500 * index + 500),
);

interface Way {
  readonly name: string;
  readonly argv: readonly string[];
}

const root = userInfo().uid === 0;
const ways: readonly Way[] = [
  ...shells.map((shell) => ({ name: shell.name, argv: [shell.command, ...shell.args, '-c', SHELL_BODY] })),
  ...(root
    ? [
        { name: 'su with dash', argv: ['su', '-s', '/bin/sh', '-c', SHELL_BODY, 'nobody'] },
        { name: 'su with bash', argv: ['su', '-s', '/bin/bash', '-c', SHELL_BODY, 'nobody'] },
        {
          name: 'su in su',
          argv: ['su', '-s', '/bin/sh', '-c', `su -s /bin/sh -c ${quote(SHELL_BODY)} nobody`, 'root'],
        },
      ]
    : []),
];

describe.each(ways)('$name', ({ name, argv }) => {
  const path = shells.find((shell) => shell.name === name)?.path ?? '/usr/sbin:/usr/bin:/sbin:/bin';
  // Environments that other shells and programs would be led astray by.
  test.each(['C', 'C.UTF-8'])(`${CASES} words (%s)`, (locale) => {
    const requests = parts.map((part) =>
      Buffer.from(sh`for w in ${part}; do printf '%s\\000' "$w"; done`.text),
    );
    const input = Buffer.concat(requests.flatMap((script) => [Buffer.from(`${script.length}\n`), script]));
    const { stdout, stderr, error } = spawnSync(argv[0] as string, argv.slice(1), {
      input,
      env: { PATH: path, HOME: '/', LC_ALL: locale, IFS: 'x', POSIXLY_CORRECT: '1' },
      maxBuffer: 2 ** 28,
    });
    expect(error).toBeUndefined();
    const words = stdout.toString('utf8').split('\0').slice(0, -1);
    expect(firstDifference(values, words), `seed ${seed}: ${stderr}`).toBeUndefined();
  });
});

describe.each(shells)('$name', (shell: LocalShell) => {
  test('words are words for programs too, and one in another quoted once more', () => {
    const few = values.filter((value) => value.length < 100).slice(0, 100);
    const inner = sh`for w do printf '%s\\000' "$w"; done`;
    const outer = sh`sh -c ${sh`set -- ${few}; ${inner}`.text} sh`;
    const { stdout, stderr } = spawnSync(shell.command, [...shell.args, '-c', outer.text], {
      env: { PATH: shell.path, HOME: '/nonexistent' },
      maxBuffer: 2 ** 26,
    });
    expect(
      firstDifference(few, stdout.toString('utf8').split('\0').slice(0, -1)),
      `seed ${seed}: ${stderr}`,
    ).toBeUndefined();
  });
});

test('what has no form in UTF-8 is refused, not changed on its way', () => {
  for (const half of ['\ud800', 'a\udfffb', '\udc00\ud800'])
    expect(() => sh`echo ${half}`).toThrow(TypeError);
  expect(sh`echo ${'😀'}`.text).toBe("echo '😀'");
});
