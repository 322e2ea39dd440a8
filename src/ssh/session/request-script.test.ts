import { describe, expect, test } from 'vitest';
import { sh } from '../../shell/quote.ts';
import { requestBytes } from './request-script.ts';

describe('a request to a shell', () => {
  const how = { mark: 'm', merged: false };

  test('begins with the length of its script in bytes, not characters', () => {
    const bytes = requestBytes([{ script: sh`echo ${'grün €'}` }], how);
    const line = bytes.indexOf(0x0a);
    expect(Number(bytes.toString('utf8', 0, line))).toBe(bytes.length - line - 1);
    expect(bytes.toString('utf8', line + 1)).toContain("(\necho 'grün €'\n) </dev/null; rc=$?\n");
  });
  test('holds the scripts in their order, each on lines of its own', () => {
    const frames = ['one', 'two'].map((word) => ({ script: sh`echo ${word}` }));
    const lines = requestBytes(frames, how).toString('utf8').split('\n');
    expect(lines.filter((line) => line.startsWith('echo'))).toEqual(['echo one', 'echo two']);
  });
});
