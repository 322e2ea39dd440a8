import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPasswordFile } from './password-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'password-file-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: string, mode = 0o600): string {
  const path = join(directory, 'password');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test.each([
  ['hunter2\n', 'hunter2'],
  ['hunter2\r\n', 'hunter2'],
  [' spaces stay ', ' spaces stay '],
])('%j', (content, password) => {
  expect(readPasswordFile('--password-file', file(content)).reveal()).toBe(password);
});

test.each([
  ['secret\n', 0o640, 'can be read by others (mode 0640)'],
  ['', 0o600, 'is empty'],
  ['\n', 0o600, 'is empty'],
  ['a\nb\n', 0o600, 'has several lines'],
])('%j with mode %i is refused, and not shown', (content, mode, reason) => {
  const path = file(content, mode);
  expect(() => readPasswordFile('--password-file', path)).toThrow(`--password-file: ${path} ${reason}`);
});

test('a missing file is named', () => {
  expect(() => readPasswordFile('--become-password-file', join(directory, 'none'))).toThrow(
    /^--become-password-file .*none: .*there is no such file/,
  );
});
