import { describe, expect, test } from 'vitest';
import { readLine, readWanted, writeEntry } from './entry.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';

describe('lines of a file', () => {
  test.each([
    [KEY, '', ''],
    [`  \t${KEY}  two words `, '', 'two words'],
    [`restrict ${KEY} x`, 'restrict', 'x'],
    [`command="echo \\"a b\\"",no-pty\t${KEY}`, 'command="echo \\"a b\\"",no-pty', ''],
    [`environment="A=ssh-rsa B" ${KEY} c`, 'environment="A=ssh-rsa B"', 'c'],
  ])('%s', (text, options, comment) => {
    expect(readLine(text)).toMatchObject({ kind: 'entry', entry: { options, comment } });
  });

  test.each(['', '   ', '# ssh-ed25519 AAAA'])('%j is a comment', (text) => {
    expect(readLine(text).kind).toBe('comment');
  });

  test.each(['ssh-ed25519', 'ssh-ed25519 AAAA', `command="x ${KEY}`, 'hello world foo'])(
    '%s is not understood',
    (text) => {
      expect(readLine(text).kind).toBe('other');
    },
  );
});

describe('keys of a playbook', () => {
  test('a line and its parts mean the same', () => {
    const line = readWanted(`no-pty,from="10.0.0.0/8" ${KEY} ops`);
    const parts = readWanted({ key: KEY, options: ['no-pty', 'from="10.0.0.0/8"'], comment: 'ops' });
    expect(parts).toEqual(line);
    expect('key' in line && writeEntry(line)).toBe(`no-pty,from="10.0.0.0/8" ${KEY} ops`);
  });

  test('a comment that is not given is not managed', () => {
    expect(readWanted(KEY)).toMatchObject({ comment: undefined, options: '' });
  });

  test.each([
    [`comand="x" ${KEY}`, 'sshd knows no option "comand"; did you mean "command"?'],
    [`command=x ${KEY}`, 'the option command needs a value in quotes'],
    [`restrict="x" ${KEY}`, 'the option restrict takes no value'],
    [`command="x ${KEY}`, 'not closed'],
    [`${KEY}\n${KEY}`, 'more than one line'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----', 'private key'],
    ['ssh-ed25519', 'no line of the form'],
    ['ssh-foo AAAA', '"ssh-foo" is no type of public key'],
    [{ key: `no-pty ${KEY}`, options: 'restrict' }, 'options both in'],
    [{ key: KEY, options: 'no-pty restrict' }, 'a space outside quotes'],
  ])('%j', (arg, problem) => {
    expect(readWanted(arg)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});
