import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PathState } from '../../src/engine/effect.ts';
import type { HashProof, LookContext } from '../../src/engine/look.ts';
import { hashLook } from '../../src/looks/hash.ts';
import { statLook } from '../../src/looks/stat.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'hash-'));
const at = (name: string): string => join(root, name);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

beforeAll(async () => {
  writeFileSync(at('a'), 'one');
  writeFileSync(at(`it's $(b) \\ *`), 'two');
  writeFileSync(at('-c'), '');
  mkdirSync(at('dir'));
  symlinkSync('a', at('link'));
  // A proof is only kept of what has not just changed.
  await sleep(2100);
});
afterAll(() => {
  close();
  rmSync(root, { recursive: true });
});

function context(proofs: Map<string, HashProof>, deep = false): LookContext {
  return { proofs, deep, relist: false, prove: (path, proof) => proofs.set(path, proof) };
}

describe.each(shells)('hashes in $name', (shell) => {
  const hash = (names: readonly string[], kept: LookContext) =>
    answers(
      shell,
      names.map((name) => hashLook(at(name))),
      kept,
    ).map((state) => state.sha256);

  test('of files, in the order asked; nothing for what is no readable file', () => {
    const names = ['none', 'a', 'dir', `it's $(b) \\ *`, 'link', '-c', 'a/below'];
    const found = hash(names, context(new Map()));
    expect(found).toEqual([
      undefined,
      sha256('one'),
      undefined,
      sha256('two'),
      undefined,
      sha256(''),
      undefined,
    ]);
  });

  test('are kept, and believed until the file moves', () => {
    const proofs = new Map<string, HashProof>();
    hash(['a', 'none', '-c'], context(proofs));
    expect([...proofs.keys()]).toEqual([at('a'), at('-c')]);
    const lie = { ...(proofs.get(at('a')) as HashProof), sha256: 'f'.repeat(64) };
    proofs.set(at('a'), lie);
    expect(hash(['-c', 'a', 'none'], context(proofs))).toEqual([sha256(''), lie.sha256, undefined]);
    expect(hash(['a'], context(proofs, true))).toEqual([sha256('one')]);
    expect(proofs.get(at('a'))?.sha256).toBe(sha256('one'));
  });

  test('are made anew when only the change time moved', () => {
    const name = `moving-${shell.name}`;
    writeFileSync(at(name), 'before');
    utimesSync(at(name), 1000, 1000);
    const [before] = answers(shell, [statLook(at(name))]);
    const proofs = new Map([[at(name), { identity: identityOf(before), sha256: 'f'.repeat(64) }]]);
    expect(hash([name], context(proofs))).toEqual(['f'.repeat(64)]);
    writeFileSync(at(name), 'behind');
    utimesSync(at(name), 1000, 1000);
    expect(hash([name], context(proofs))).toEqual([sha256('behind')]);
  });

  test('of a file that has just changed are not kept', () => {
    const name = `new-${shell.name}`;
    writeFileSync(at(name), 'new');
    const proofs = new Map<string, HashProof>();
    expect(hash([name], context(proofs))).toEqual([sha256('new')]);
    expect(proofs.size).toBe(0);
  });
});

function identityOf(state: PathState | undefined): string {
  return state?.exists === true ? (state.identity ?? '') : '';
}
