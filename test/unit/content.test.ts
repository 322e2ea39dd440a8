import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_LIMIT, contentLook } from '../../src/looks/content.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'content-'));
const at = (name: string): string => join(root, name);
const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const binary = Buffer.concat([randomBytes(5000), Buffer.from('\0\n\nmark\n\n'), Buffer.alloc(300)]);
const awkward = `a\\b 'c' $(d)`;

beforeAll(() => {
  writeFileSync(at('plain'), 'hello\n');
  writeFileSync(at('empty'), '');
  writeFileSync(at('no newline'), 'x');
  writeFileSync(at('binary'), binary);
  writeFileSync(at(awkward), 'odd');
  writeFileSync(at('limit'), Buffer.alloc(CONTENT_LIMIT, 'a'));
  writeFileSync(at('large'), Buffer.alloc(CONTENT_LIMIT + 1, 'a'));
  mkdirSync(at('dir'));
  symlinkSync('plain', at('link'));
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('content in $name', { timeout: 60_000 }, (shell) => {
  function content(...queries: readonly (string | readonly [string, string])[]) {
    return answers(
      shell,
      queries.map((query) =>
        typeof query === 'string' ? contentLook(at(query)) : contentLook(at(query[0]), query[1]),
      ),
    );
  }

  test('hash and bytes, byte for byte', () => {
    for (const [name, bytes] of [
      ['plain', Buffer.from('hello\n')],
      ['empty', Buffer.alloc(0)],
      ['no newline', Buffer.from('x')],
      ['binary', binary],
      [awkward, Buffer.from('odd')],
    ] as const) {
      expect(content(name)).toEqual([{ sha256: hash(bytes), bytes }]);
    }
  });

  test('many at once, in the order asked, with some that are no files', () => {
    const found = content('none', 'plain', 'dir', 'binary', 'link', 'empty', 'none/below');
    expect(found).toEqual([
      { sha256: undefined },
      { sha256: hash('hello\n'), bytes: Buffer.from('hello\n') },
      { sha256: undefined },
      { sha256: hash(binary), bytes: binary },
      { sha256: undefined },
      { sha256: hash(''), bytes: Buffer.alloc(0) },
      { sha256: undefined },
    ]);
  });

  test('a file with the hash that is wanted is not sent', () => {
    const found = content(['none', hash('x')], ['plain', hash('hello\n')], ['empty', hash('x')]);
    expect(found).toEqual([
      { sha256: undefined },
      { sha256: hash('hello\n') },
      { sha256: hash(''), bytes: Buffer.alloc(0) },
    ]);
  });

  test('a host whose programs cannot read many files at once reads each', () => {
    const programs = mkdtempSync(join(root, 'bin-'));
    writeFileSync(join(programs, 'head'), '#!/bin/sh\necho "no such option" >&2; exit 1\n', { mode: 0o755 });
    const host = { ...shell, path: `${programs}:${shell.path}` };
    expect(answers(host, [contentLook(at('plain')), contentLook(at('binary'))])).toEqual([
      { sha256: hash('hello\n'), bytes: Buffer.from('hello\n') },
      { sha256: hash(binary), bytes: binary },
    ]);
  });

  test('a file that changes while it is read is taken for none of them', () => {
    const programs = mkdtempSync(join(root, 'bin-'));
    const grows = `#!/bin/sh\necho more >>'${at('grows')}'; shift 3; PATH=/usr/bin:/bin; exec cat "$@"\n`;
    writeFileSync(join(programs, 'head'), grows, { mode: 0o755 });
    writeFileSync(at('grows'), 'x');
    const host = { ...shell, command: 'dash', args: [], path: `${programs}:/usr/bin:/bin` };
    expect(() => answers(host, [contentLook(at('grows')), contentLook(at('plain'))])).toThrow(
      'a file changed while it was read',
    );
  });

  test('the bytes of a large file are left out', () => {
    const mixed = content('plain', 'large', 'binary', 'large', 'limit', 'empty');
    expect(mixed.map(({ bytes }) => bytes?.length)).toEqual([
      6,
      undefined,
      binary.length,
      undefined,
      CONTENT_LIMIT,
      0,
    ]);
    const [limit, large] = content('limit', 'large');
    expect(limit?.bytes?.length).toBe(CONTENT_LIMIT);
    expect(large).toEqual({ sha256: hash(Buffer.alloc(CONTENT_LIMIT + 1, 'a')) });
  });
});
