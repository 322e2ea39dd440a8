import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatDiagnostics } from '../../documents/format.ts';
import { globPaths } from './glob.ts';
import { readSshConfig } from './read.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ssh-config-'));
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(home, '.ssh', name);
  writeFileSync(path, text);
  return path;
}

const read = (path: string) => readSshConfig({ file: path, home, localUser: 'me' });
const said = (text: string): string => formatDiagnostics(read(file('config', text)).diagnostics);

test('what is wrong is told with its place and the way out, all at once', () => {
  const text = 'Host a\n  HostNmae b\n  Port 0\n\tUser "x\nMatch user\n';
  expect(said(text).replaceAll(home, '~')).toMatchInlineSnapshot(`
    "~/.ssh/config:2:3: error: ssh has no option "hostnmae"
        2 |   HostNmae b
          |   ^~~~~~~~~~
    hint: did you mean "hostname"?

    ~/.ssh/config:3:3: error: port: "0" is no port (1 to 65535)
        3 |   Port 0
          |   ^~~~~~

    ~/.ssh/config:4:2: error: a quote has no end
        4 |     User "x
          |     ^~~~~~~

    ~/.ssh/config:5:1: error: "user" needs a value
        5 | Match user
          | ^~~~~~~~~~"
  `);
});

test.each([
  ['IgnoreUnknown Use*\nUseKeychain yes', ''],
  ['IgnoreUnknown use*\nAddKeysToAgent yes\nGSSAPIAuthentication yes', ''],
  ['UseKeychain yes', 'ssh has no option "usekeychain"'],
  ['Include ~other/x', 'write the whole path of that home'],
  ['Include x/%h', 'tokens and variables are not replaced'],
  ['Include config\nInclude config config\nInclude config', 'more than 16 deep'],
])('%j', (text, message) => {
  if (message === '') expect(said(text)).toBe('');
  else expect(said(text)).toContain(message);
});

test('a long row of digits is no time, and that is seen at once', () => {
  const text = `ConnectTimeout ${'9'.repeat(300)}x\nServerAliveInterval 1m30\nConnectTimeout +1w2d\nServerAliveInterval 5y\n`;
  expect(read(file('config', text)).diagnostics.map(({ range }) => range?.start.line)).toEqual([1, 4]);
});

test('the usual file of the user is refused when others may write to it', () => {
  const path = file('config', 'Port 23');
  const usual = () => readSshConfig({ home, localUser: 'me' });
  expect(usual().config.lookup('a').values.port).toBe(23);
  chmodSync(path, 0o620);
  expect(formatDiagnostics(usual().diagnostics)).toContain('others may write to it (mode 0620)');
});

test('a named file must be there, the usual ones need not', () => {
  expect(formatDiagnostics(read(join(home, 'none')).diagnostics)).toContain('there is no such file');
  expect(readSshConfig({ home, localUser: 'me' }).diagnostics).toEqual([]);
  expect(readSshConfig({ file: 'none' })).toMatchObject({ diagnostics: [] });
});

test('a name is found among thousands, in the order of the file', () => {
  const blocks = Array.from({ length: 2_000 }, (_, index) => `Host web${index}\n  Port ${index + 1}\n`);
  const text = `Host web7\n  User first\nHost web*\n  User second\n${blocks.join('')}Host *\n  Port 9\n  User last\n`;
  const { config } = read(file('config', text));
  expect(config.lookup('web7').values).toMatchObject({ user: 'first', port: 8 });
  expect(config.lookup('web1999').values).toMatchObject({ user: 'second', port: 2_000 });
  expect(config.lookup('db').values).toMatchObject({ user: 'last', port: 9 });
  // Hosts of which the same is said share it.
  expect(config.lookup('db')).toBe(config.lookup('db2'));
});

describe('any text', () => {
  const words = fc.constantFrom(
    'Host',
    'Match',
    'Include',
    'ProxyJump',
    'User',
    '"',
    '\\',
    '=',
    '#',
    '%h',
    '!',
    '*',
    'a',
  );
  const soup = fc.array(
    fc.oneof(words, fc.string({ maxLength: 4 }), fc.constantFrom(' ', '\n', '\t', '\r', '\0')),
    { maxLength: 40 },
  );

  test('is read, or told to be wrong with its line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const { config, diagnostics } = read(file('random', text));
          for (const { range } of diagnostics) expect(range?.start.line).toBeGreaterThan(0);
          config.lookup('a', 'b');
        },
      ),
      { numRuns: 300 },
    );
  });
});

test('paths by pattern', () => {
  for (const name of ['b.conf', 'a.conf', 'c.txt', '.hidden.conf', 'x-1']) file(name, '');
  const found = (pattern: string) =>
    globPaths(join(home, '.ssh', pattern)).map((path) => path.slice(home.length + 6));
  expect(found('*.conf')).toEqual(['a.conf', 'b.conf']);
  expect(found('[bc].*')).toEqual(['b.conf', 'c.txt']);
  expect(found('[!a].conf')).toEqual(['b.conf']);
  expect(found('x-?')).toEqual(['x-1']);
  expect(found('.*.conf')).toEqual(['.hidden.conf']);
  expect(found('none')).toEqual([]);
  expect(found('[z-a]')).toEqual([]);
  expect(found('a.conf')).toEqual(['a.conf']);
});
