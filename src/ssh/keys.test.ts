import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { KeyRing } from './keys.ts';
import { Targets } from './target.ts';

let directory: string;
// With ssh-keygen: about one key in 300 that ssh2 makes cannot be read again, by ssh2 itself either.
const pair = keyPair('');
const locked = keyPair('secret');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
});

function keyPair(passphrase: string): { readonly private: string; readonly public: string } {
  const path = join(mkdtempSync(join(tmpdir(), 'key-')), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', passphrase, '-f', path]);
  return { private: readFileSync(path, 'utf8'), public: readFileSync(`${path}.pub`, 'utf8') };
}

function file(name: string, content: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('a private key', () => {
  test('is loaded once', () => {
    const ring = new KeyRing();
    const path = file('good', pair.private);
    const loaded = ring.load(path);
    expect(loaded).toMatchObject({ ok: true });
    expect(ring.load(path)).toBe(loaded);
  });

  test.each([
    ['protected by a passphrase', locked.private, 0o600, /ssh-agent.*ssh-add/],
    ['can be read by others (mode 0644)', pair.private, 0o644, /chmod 600/],
    ['it is no private key', 'hello\n', 0o600, /OpenSSH, PEM or PuTTY/],
    ['it is no private key', '', 0o600, /OpenSSH, PEM or PuTTY/],
  ])('%s', (message, content, mode, hint) => {
    const loaded = new KeyRing().load(file('key', content, mode));
    expect(loaded).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
      hint: expect.stringMatching(hint),
    });
  });

  test('a public key is named as such, with the private one beside it', () => {
    const path = file('id.pub', pair.public);
    expect(new KeyRing().load(path)).toEqual({
      ok: false,
      message: `${path} is a public key, not a private one`,
      hint: `name the private one: ${join(directory, 'id')}`,
    });
  });

  test('a missing file and a folder', () => {
    expect(new KeyRing().load(join(directory, 'none'))).toMatchObject({ missing: true });
    expect(new KeyRing().load(directory)).toMatchObject({ message: expect.stringContaining('folder') });
  });

  test('what ssh-keygen writes is read', () => {
    for (const type of ['ed25519', 'ecdsa', 'rsa']) {
      const path = join(directory, `generated-${type}`);
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path]);
      expect(new KeyRing().load(path), type).toMatchObject({ ok: true });
    }
  });
});

describe('which keys are used for a host', () => {
  const connection = { address: '10.0.0.1', kind: 'ssh', proxyJump: [] } as const;
  const options = { privateKeys: [], hostKeyPolicy: 'strict', timeout: 1000 } as const;

  function target(more: object, host: object = {}) {
    const home = mkdtempSync(join(directory, 'home-'));
    return new Targets({ ...options, home, ...more }).target({ ...connection, ...host }, 'ops');
  }

  test('the command line wins over the inventory', () => {
    const path = file('cli', pair.private);
    expect(target({ privateKeys: [path] }, { privateKeyFile: join(directory, 'none') })).toMatchObject({
      ok: true,
    });
    expect(target({}, { privateKeyFile: join(directory, 'none') })).toMatchObject({ ok: false });
  });

  test('an agent may hold a key that is protected here', () => {
    const path = file('locked', locked.private);
    expect(target({ privateKeys: [path] })).toMatchObject({ ok: false, code: 'private-key' });
    expect(target({ privateKeys: [path], agent: '/run/agent' })).toMatchObject({
      ok: true,
      target: { login: { identities: [{ kind: 'locked', name: path }], agent: { socket: '/run/agent' } } },
    });
  });

  test('without any key the way out is told', () => {
    expect(target({})).toMatchObject({
      ok: false,
      message: expect.stringContaining('there is nothing to log in with'),
      hint: expect.stringContaining('--private-key'),
    });
  });

  test('address, port and user come from the inventory', () => {
    const path = file('own', pair.private);
    expect(target({ privateKeys: [path] }, { port: 2222 })).toMatchObject({
      ok: true,
      target: { address: '10.0.0.1', port: 2222, user: 'ops', timeout: 1000 },
    });
  });

  test('what is not supported is said, and nothing else is tried instead', () => {
    expect(target({}, { proxyJump: ['bastion'] })).toMatchObject({
      ok: false,
      code: 'connection-unsupported',
    });
    expect(target({}, { kind: 'local' })).toMatchObject({ ok: false, code: 'connection-unsupported' });
  });
});
