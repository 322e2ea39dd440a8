import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { WholeArchive } from '../../src/looks/archive.ts';
import { joinShell, sh } from '../../src/shell/quote.ts';
import { inflateFunction } from '../../src/steps/extract/inflate.ts';
import type { Unpacker } from '../../src/steps/extract/tools.ts';
import { type Origin, unpackScript } from '../../src/steps/extract/unpack.ts';
import { packed } from '../support/archives.ts';
import { type LocalShell, localShells, runScript } from '../support/local-shell.ts';

/** Unpacking, while somebody puts other bytes in the place of the archive that was looked at. */
const { shells, close } = localShells();
const made: string[] = [];
afterAll(() => {
  close();
  for (const one of made) rmSync(one, { recursive: true, force: true });
});

const right = { 'app/f': 'right\n' };
const wrong = { 'app/f': 'wrong\n' };
const TAR: Unpacker = { kind: 'tar', decompress: ['gzip', '-dc'] };

function unpack(
  shell: LocalShell,
  unpacker: Unpacker,
  proven: Buffer,
  given: Buffer | undefined,
  from: 'host' | 'input',
) {
  const root = mkdtempSync(join(tmpdir(), 'unpack-'));
  made.push(root);
  mkdirSync(join(root, 'work/new'), { recursive: true });
  const src = join(root, 'src');
  if (given !== undefined) writeFileSync(src, given);
  const tree = new Map([['f', { type: 'file', mode: 0o644, size: 6, mtime: 0 }]]);
  const archive = {
    sha256: createHash('sha256').update(proven).digest('hex'),
    size: proven.length,
    top: 'app',
    tree,
  };
  const origin: Origin = from === 'host' ? { src } : 'input';
  const script = unpackScript(unpacker, origin, archive as never as WholeArchive, 1);
  const { code, stderr } = runScript(shell, joinShell([sh`set -eu`, script]), {
    cwd: join(root, 'work'),
    ...(from === 'input' && given !== undefined ? { input: given } : {}),
  });
  const file = join(root, 'work/new/f');
  return { code, stderr: stderr.toString(), text: existsSync(file) ? readFileSync(file, 'utf8') : undefined };
}

describe.each(shells)('$name', (shell) => {
  const zip: Unpacker = {
    kind: 'zip',
    command: shell.name === 'busybox' ? ['busybox', 'unzip', '-q'] : ['unzip', '-q'],
  };
  const forms = [
    { name: 'tar.gz', unpacker: TAR, pack: (contents: typeof right) => packed(contents, 'tar', ['-z']) },
    { name: 'zip', unpacker: zip, pack: (contents: typeof right) => packed(contents, 'zip', []) },
  ] as const;

  describe.each(forms)('$name', ({ unpacker, pack }) => {
    test.each(['host', 'input'] as const)('the proven archive from the %s', (from) => {
      const archive = pack(right);
      expect(unpack(shell, unpacker, archive, archive, from)).toMatchObject({ code: 0, text: 'right\n' });
    });

    test.each(['host', 'input'] as const)('another one from the %s', (from) => {
      const { code, stderr } = unpack(shell, unpacker, pack(right), pack(wrong), from);
      expect(code).toBe(1);
      expect(stderr).toContain('has other bytes than on the controller');
    });

    test('no archive any more', () => {
      const { code, text } = unpack(shell, unpacker, pack(right), undefined, 'host');
      expect(code).not.toBe(0);
      expect(text).toBeUndefined();
    });
  });

  test('a damaged archive', () => {
    const archive = packed(right, 'tar', ['-z']);
    const { code, stderr } = unpack(shell, TAR, archive, archive.subarray(0, archive.length - 12), 'host');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/damaged|tar:/);
  });

  describe('an archive that was hashed before', () => {
    const format = '%d:%i:%s:%y:%z';
    function unpackKnown(
      known: (identity: string) => string,
      { mode = 0o644, decompress = ['gzip', '-dc'] }: { mode?: number; decompress?: string[] } = {},
    ) {
      const root = mkdtempSync(join(tmpdir(), 'unpack-'));
      made.push(root);
      mkdirSync(join(root, 'work/new'), { recursive: true });
      const src = join(root, 'src');
      // Bytes that the hash would give away: who unpacks them has not hashed them.
      writeFileSync(src, packed(wrong, 'tar', ['-z']));
      chmodSync(src, mode);
      const identity = runScript(shell, sh`stat -c ${format} -- ${src}`).stdout.toString().trim();
      const sha256 = createHash('sha256')
        .update(packed(right, 'tar', ['-z']))
        .digest('hex');
      const archive = { sha256, size: 100, tree: new Map() } as never as WholeArchive;
      const script = unpackScript({ kind: 'tar', decompress }, { src, proven: known(identity) }, archive, 1);
      const { code, stderr } = runScript(shell, joinShell([sh`set -eu`, script]), {
        cwd: join(root, 'work'),
      });
      return { code, stderr: stderr.toString() };
    }

    test('is not hashed again while it is the same', () => {
      expect(unpackKnown((identity) => identity)).toMatchObject({ code: 0 });
    });

    test('is hashed when it is another one by now', () => {
      const { code, stderr } = unpackKnown((identity) => identity.replace(/:/, ':1'));
      expect(code).toBe(1);
      expect(stderr).toContain('has other bytes than on the controller');
    });

    test.each([0o664, 0o646])('is hashed when others may write to it: mode %o', (mode) => {
      expect(unpackKnown((identity) => identity, { mode }).code).toBe(1);
    });

    test('is refused when somebody writes to it meanwhile', () => {
      const decompress = ['sh', '-c', 'gzip -dc && echo more >>../src'];
      expect(unpackKnown((identity) => identity, { decompress })).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('has other bytes'),
      });
    });
  });
});

describe.each(shells.filter(({ name }) => name !== 'busybox'))('undoing gzip in $name', (shell) => {
  const text = Buffer.from(Array.from({ length: 900_000 }, (_, index) => (index * index) >> 9));
  const members = Buffer.concat([gzipSync(text), gzipSync('more'), Buffer.alloc(700)]);
  const whole = Buffer.concat([text, Buffer.from('more')]);
  const LARGE = 1 << 24;

  /** A host with nothing but these programs, and those that are there and do not work. */
  function host(programs: readonly string[], broken: readonly string[]): LocalShell {
    const path = mkdtempSync(join(tmpdir(), 'programs-'));
    made.push(path);
    for (const program of programs) symlinkSync(`/usr/bin/${program}`, join(path, program));
    for (const program of broken) {
      writeFileSync(join(path, program), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    }
    return { ...shell, path };
  }

  function inflate(on: LocalShell, input: Buffer, size = LARGE) {
    return runScript(on, joinShell([sh`set -eu`, inflateFunction(size), sh`inflate`]), { input });
  }

  test.each([
    { programs: ['python3'], broken: ['gzip'] },
    { programs: ['gzip'], broken: ['python3'] },
    { programs: ['gzip'], broken: [] },
  ])('with $programs where $broken do not work', ({ programs, broken }) => {
    const on = host(programs, broken);
    const { code, stdout } = inflate(on, members);
    expect(code).toBe(0);
    expect(stdout.equals(whole)).toBe(true);
    expect(inflate(on, members.subarray(0, 5000)).code).not.toBe(0);
    expect(inflate(on, Buffer.from('no archive')).code).not.toBe(0);
  });

  test('a small archive asks no other program', () => {
    const { code, stdout } = inflate(host(['gzip'], ['python3']), members, 1000);
    expect(code).toBe(0);
    expect(stdout.equals(whole)).toBe(true);
  });
});
