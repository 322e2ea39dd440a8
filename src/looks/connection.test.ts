import { afterAll, describe, expect, test } from 'vitest';
import { localShells, runScript } from '../../test/support/local-shell.ts';
import { LookError } from '../engine/look.ts';
import { joinShell, sh } from '../shell/quote.ts';
import { type ConnectionAnswer, connectionLook } from './connection.ts';

const { kind } = connectionLook();
const context = { proofs: new Map(), deep: false, relist: false };

function parse(text: string): ConnectionAnswer | undefined {
  const output = { stdout: Buffer.from(text), stderr: Buffer.alloc(0), code: 0, mark: 'mark' };
  return kind.parse(output, [undefined as never], context)[0];
}

describe('reading the answer', () => {
  test('IPv4, with the interface towards the client', () => {
    expect(parse('10.0.0.1 50000 10.0.0.2 22\neth0\n')).toEqual({
      known: true,
      client: '10.0.0.1',
      server: '10.0.0.2',
      port: 22,
      interface: 'eth0',
    });
  });
  test('IPv6, also with a zone', () => {
    expect(parse('2001:db8::0:1 50000 2001:db8::2 2222\n')).toMatchObject({
      client: '2001:db8::1',
      port: 2222,
      interface: undefined,
    });
    expect(parse('fe80::1%ens3 1 fe80::2%ens3 22\nlo\n')).toMatchObject({
      client: 'fe80::1',
      interface: 'ens3',
    });
  });
  test('IPv4 on a socket for both', () => {
    expect(parse('::ffff:10.0.0.1 1 ::ffff:10.0.0.2 22\n')).toMatchObject({
      client: '10.0.0.1',
      server: '10.0.0.2',
    });
  });
  test('not over SSH', () => {
    expect(parse('\n')).toEqual({ known: false });
  });
  test('nonsense', () => {
    expect(() => parse('here there\n')).toThrow(LookError);
  });
});

describe('asking', () => {
  const { shells, close } = localShells();
  afterAll(close);
  const script = kind.script([], context);
  const first = (stdout: Buffer): string | undefined => stdout.toString().split('\n')[0];

  test.each(shells)('$name: from its own environment', (shell) => {
    const set = sh`SSH_CONNECTION=${'127.0.0.1 1 127.0.0.1 22'}`;
    expect(first(runScript(shell, joinShell([set, script])).stdout)).toBe('127.0.0.1 1 127.0.0.1 22');
  });

  test.each(shells)('$name: from a shell above it that sudo has cleaned', (shell) => {
    const inner = sh`env -u SSH_CONNECTION sh -c ${`${script.text}\n:`}`;
    const outer = sh`env SSH_CONNECTION=${'192.0.2.1 9 192.0.2.2 22'} sh -c ${`${inner.text}\n:`}`;
    expect(first(runScript(shell, outer).stdout)).toBe('192.0.2.1 9 192.0.2.2 22');
  });
});
