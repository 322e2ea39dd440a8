import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileProofStore } from './proof-store.ts';

const PROOF = {
  identity: '1:2:3:2026-01-01 00:00:00.1 +0000:2026-01-01 00:00:00.2 +0000',
  sha256: 'a'.repeat(64),
};
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'proofs-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const only = (): string => join(directory, readdirSync(directory)[0] as string);

test('proofs come back, each host with its own', async () => {
  const store = fileProofStore(directory);
  await store.save('a', new Map([['/x', PROOF]]));
  await store.save('../b', new Map([['/y', PROOF]]));
  expect(readdirSync(directory).length).toBe(2);
  const other = fileProofStore(directory);
  expect(await other.load('a')).toEqual(new Map([['/x', PROOF]]));
  expect(await other.load('../b')).toEqual(new Map([['/y', PROOF]]));
  expect(await other.load('c')).toEqual(new Map());
});

test('nothing is written when nothing has changed', async () => {
  await fileProofStore(directory).save('a', new Map([['/x', PROOF]]));
  const before = statSync(only()).ino;
  const store = fileProofStore(directory);
  const proofs = await store.load('a');
  await store.save('a', proofs);
  expect(statSync(only()).ino).toBe(before);
  proofs.set('/z', PROOF);
  await store.save('a', proofs);
  expect(statSync(only()).ino).not.toBe(before);
  expect(readdirSync(directory).length).toBe(1);
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"version":2,"proofs":{}}',
  '{"version":1,"proofs":{"/x":{"sha256":"zz"}}}',
  '{"version":1}',
])('a damaged file counts as empty: %s', async (text) => {
  const store = fileProofStore(directory);
  await store.save('a', new Map([['/x', PROOF]]));
  writeFileSync(only(), text);
  const proofs = await fileProofStore(directory).load('a');
  expect(proofs).toEqual(new Map());
  await fileProofStore(directory).save('a', new Map([['/x', PROOF]]));
  expect(JSON.parse(readFileSync(only(), 'utf8'))).toEqual({ version: 1, proofs: { '/x': PROOF } });
});
