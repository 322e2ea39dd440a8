import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

const read = (text: string) => readOptions(text === '' ? [] : text.split(' '), '/main');

test.each([
  ['', '/main', []],
  ['-D', '/main', []],
  ['-D -f /etc/x -p 22 -4', '/etc/x', ['-p', '22', '-4']],
  ['-De -oPort=23 -E /var/log/x', '/main', ['-o', 'Port=23']],
  ['-o Port 22 -D', '/main', ['-o', 'Port 22']],
  ['-f/etc/x -g 30 -h /key', '/etc/x', ['-h', '/key']],
  ['-p', '/main', []],
  ['stray -D', '/main', []],
])('%j', (text, main, others) => {
  expect(read(text)).toEqual({ main, others });
});
