import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { directoryLook } from '../../src/looks/directory.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'directory-'));
mkdirSync(join(root, 'full'));
for (const name of ['a', '.hidden', '..odd', ' b\n$(c) ', '*']) writeFileSync(join(root, 'full', name), '');
symlinkSync('nowhere', join(root, 'full', 'dangling'));
mkdirSync(join(root, 'empty'));
mkdirSync(join(root, 'many'));
for (let index = 0; index < 150; index += 1) writeFileSync(join(root, 'many', `f${index}`), '');
symlinkSync('full', join(root, 'link'));

afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

describe.each(shells)('the names in a directory, in $name', { timeout: 60_000 }, (shell) => {
  test('several at once', () => {
    const names = ['empty', 'full', 'none', 'link', 'many'];
    const [empty, full, none, link, many] = answers(
      shell,
      names.map((name) => directoryLook(join(root, name))),
    );
    expect(full).toEqual({ names: [' b\n$(c) ', '*', '..odd', '.hidden', 'a', 'dangling'], more: false });
    expect([empty, none, link]).toEqual(Array(3).fill({ names: [], more: false }));
    expect([many?.names.length, many?.more]).toEqual([100, true]);
  });
});
