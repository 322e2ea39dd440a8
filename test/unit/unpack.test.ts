import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { WholeArchive } from '../../src/looks/archive.ts';
import { joinShell, sh } from '../../src/shell/quote.ts';
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
  const archive = { sha256: createHash('sha256').update(proven).digest('hex'), top: 'app', tree };
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
});
