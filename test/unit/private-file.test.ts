import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_LIMIT } from '../../src/looks/content.ts';
import { privateFileLook } from '../../src/looks/private-file.ts';
import { sh } from '../../src/shell/quote.ts';
import { answers, localShells, runScript } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'private-'));
const home = join(root, 'home');
const at = (name: string): string => join(home, name);
const REFUSED = { sha256: undefined, refused: true };
const ABSENT = { sha256: undefined };
const file = (content: string | Buffer) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  bytes: Buffer.from(content),
});
const binary = Buffer.from([0, 0xff, 0x0a, 0x66, 0x2d, 0x0a, 0x0a]);

beforeAll(() => {
  mkdirSync(at('.ssh'), { recursive: true });
  mkdirSync(join(root, 'secret'));
  writeFileSync(join(root, 'secret/keys'), 'secret');
  symlinkSync('home', join(root, 'way'));
  writeFileSync(at('.ssh/keys'), 'own\n');
  writeFileSync(at('.profile'), '');
  writeFileSync(at('.ssh/-'), '-');
  writeFileSync(at(".ssh/of='if=x' *\n"), 'odd');
  writeFileSync(at('.ssh/binary'), binary);
  writeFileSync(at('.ssh/limit'), Buffer.alloc(CONTENT_LIMIT, 'a'));
  writeFileSync(at('.ssh/large'), Buffer.alloc(CONTENT_LIMIT + 1, 'a'));
  symlinkSync('keys', at('.ssh/link'));
  symlinkSync('gone', at('.ssh/dangling'));
  symlinkSync('../secret', at('away'));
  symlinkSync('.ssh', at('near'));
  mkdirSync(at('.ssh/dir'));
  linkSync(at('.ssh/keys'), at('.ssh/hard'));
  execFileSync('mkfifo', [at('.ssh/fifo')]);
  mkdirSync(at('shut'));
  writeFileSync(at('shut/keys'), 'shut');
  chmodSync(at('shut'), 0o311);
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)("files in somebody's home in $name", (shell) => {
  const read = (...names: readonly string[]) =>
    answers(
      shell,
      names.map((name) => privateFileLook(home, name)),
    );

  test('byte for byte, in the order asked', () => {
    expect(
      read(
        '.ssh/none',
        '.ssh/keys',
        '.profile',
        '.ssh/-',
        'none/keys',
        '.ssh/binary',
        '.ssh/hard',
        'shut/keys',
      ),
    ).toEqual([
      ABSENT,
      file('own\n'),
      file(''),
      file('-'),
      ABSENT,
      file(binary),
      file('own\n'),
      file('shut'),
    ]);
    expect(answers(shell, [privateFileLook(join(root, 'way'), '.ssh/keys')])).toEqual([file('own\n')]);
    expect(answers(shell, [privateFileLook(join(root, 'none'), '.ssh/keys')])).toEqual([ABSENT]);
  });

  test('names that a program could take for something else', () => {
    const [odd] = read(".ssh/of='if=x' *\n");
    // A shell that asks readlink loses the last newline.
    expect(shell.name === 'busybox' ? file('odd') : odd).toEqual(file('odd'));
  });

  test('no link is followed below the home, and nothing else is read that is no file', () => {
    const names = ['.ssh/link', '.ssh/dangling', 'away/keys', 'near/keys', '.ssh/dir', '.ssh/fifo'];
    expect(read(...names)).toEqual(names.map(() => REFUSED));
  });

  test('the shell is where it was', () => {
    const { kind, query } = privateFileLook(home, '.ssh/keys');
    const script = kind.script([query as never], { proofs: new Map(), deep: false, relist: false });
    const { stdout } = runScript(shell, sh`looks() {\n${script}\n}; looks >/dev/null; pwd -P`, {
      cwd: at('shut'),
    });
    expect(stdout.toString()).toBe(`${at('shut')}\n`);
  });

  test('up to a limit', () => {
    expect(read('.ssh/large', '.ssh/limit')).toEqual([REFUSED, file(Buffer.alloc(CONTENT_LIMIT, 'a'))]);
  });

  test('nothing of others comes out while its user turns the directory and the file', async () => {
    const place = join(root, `turned-${shell.name}`);
    const own = join(place, '.ssh');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'keys'), 'own');
    const turn = `cd "$0"; while :; do
      mv .ssh real; ln -s ../secret .ssh; rm .ssh; mv real .ssh
      mv .ssh/keys .ssh/real; ln -s ../../secret/keys .ssh/keys; mv -f .ssh/real .ssh/keys
    done`;
    const turning = spawn('sh', ['-c', turn, place], { stdio: 'ignore' });
    try {
      const looks = Array.from({ length: 150 }, () => privateFileLook(place, '.ssh/keys'));
      const found = answers(shell, looks).map(({ bytes }) =>
        bytes === undefined ? 'nothing' : Buffer.from(bytes).toString(),
      );
      expect(new Set([...found, 'own', 'nothing'])).toEqual(new Set(['own', 'nothing']));
    } finally {
      turning.kill('SIGKILL');
      await new Promise((resolve) => turning.once('close', resolve));
    }
  });
});
