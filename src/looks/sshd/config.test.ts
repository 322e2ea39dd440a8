import { describe, expect, test } from 'vitest';
import { ConfigProblem, canonicalKeyword, flatten, readConfig } from './config.ts';

const FILES: Record<string, readonly { path: string; text: string }[]> = {
  'd/*.conf': [
    { path: '/d/a.conf', text: 'Port 1\nMatch User a\nX11Forwarding no\n' },
    { path: '/d/b.conf', text: '\n# nothing\nPort 2' },
  ],
  none: [],
  loop: [{ path: '/loop', text: 'Include loop\n' }],
};
/** Each number includes the next one twice, down to nothing. */
for (let at = 1; at < 15; at += 1) {
  FILES[at] = [{ path: `/${at}`, text: `Include ${at + 1}\nInclude ${at + 1}\n` }];
}
FILES[15] = [];
const read = (text: string) => readConfig('/m', text, (pattern) => FILES[pattern]);

describe('the lines', () => {
  test('are those of included files in their place, each with its criteria', () => {
    const lines = read(
      'Banner none\nInclude d/*.conf\n\nUseDNS=yes\nMatch Group g\n  AllowTcpForwarding  no\nMatch all\nPort 3\n',
    );
    expect(
      lines.map(({ file, line, keyword, under }) => [`${file}:${line}`, keyword, under.join('|')]),
    ).toEqual([
      ['/m:1', 'banner', ''],
      ['/d/a.conf:1', 'port', ''],
      ['/d/a.conf:2', 'match', 'User a'],
      ['/d/a.conf:3', 'x11forwarding', 'User a'],
      ['/d/b.conf:3', 'port', ''],
      ['/m:4', 'usedns', ''],
      ['/m:5', 'match', 'Group g'],
      ['/m:6', 'allowtcpforwarding', 'Group g'],
      ['/m:7', 'match', ''],
      ['/m:8', 'port', ''],
    ]);
  });

  test('of several patterns in one Include, some quoted, with a comment behind', () => {
    expect(read('Include none "d/*.conf" # Include x\n').map(({ file }) => file)).toHaveLength(4);
  });

  test('cannot be told where a pattern cannot be followed, or never ends', () => {
    expect(() => read('\nInclude a*/b\n')).toThrow(
      new ConfigProblem('which files "Include a*/b" in /m:2 means cannot be told'),
    );
    expect(() => read('Include loop')).toThrow('included through too many files');
    expect(() => read('Include 1')).toThrow('more than 1000 files are included');
  });
});

test('one text says the same: an included Match ends with its file, one in a Match adds to it', () => {
  const lines = read('Match Host h\nInclude d/*.conf\nUseDNS no\nMatch all\nPort 3\n');
  const { text, source } = flatten(lines);
  expect(text).toBe(
    'Match Host h\nPort 1\nMatch Host h User a\nX11Forwarding no\nMatch Host h\nPort 2\nUseDNS no\nMatch all\nPort 3\n',
  );
  expect(source(4)).toMatchObject({ file: '/d/a.conf', line: 3 });
  expect(source(9)).toMatchObject({ file: '/m', line: 5 });
  expect(source(10)).toBeUndefined();
});

test('older names of keywords are the same keyword', () => {
  expect(canonicalKeyword('ChallengeResponseAuthentication')).toBe('kbdinteractiveauthentication');
  expect(canonicalKeyword('Port')).toBe('port');
  // What every object of JavaScript has is no keyword.
  expect(canonicalKeyword('constructor')).toBe('constructor');
});
