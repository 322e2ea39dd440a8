import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type ParsedKey } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Secret } from '../secrets/secret.ts';
import { readSshConfig } from './config/read.ts';
import { KeyRing, type LoadedKey } from './keys.ts';
import { Targets } from './target.ts';
import { sshStrings } from './wire.ts';

const DATA = Buffer.from('to be signed');

function sshString(text: string | Buffer): Buffer {
  return sshStrings(text);
}

let directory: string;
// With ssh-keygen: about one key in 300 that ssh2 makes cannot be read again, by ssh2 itself either.
const pair = keyPair('');
const locked = keyPair('secret');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function keyPair(passphrase: string): { readonly private: string; readonly public: string } {
  const folder = mkdtempSync(join(tmpdir(), 'key-'));
  const path = join(folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-a', '1', '-N', passphrase, '-f', path]);
  const halves = { private: readFileSync(path, 'utf8'), public: readFileSync(`${path}.pub`, 'utf8') };
  rmSync(folder, { recursive: true });
  return halves;
}

/** The public half of a FIDO key. */
const HARDWARE = Buffer.concat(['sk-ssh-ed25519@openssh.com', 'x'.repeat(32), 'ssh:'].map(sshString));

/** Its private file (PROTOCOL.key): what is private is in the hardware. */
function hardwareKey(): string {
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...['none', 'none', ''].map(sshString),
    Buffer.from([0, 0, 0, 1]),
    sshString(HARDWARE),
    sshString('private'),
  ]).toString('base64');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
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
    ['protected by a passphrase', locked.private, 0o600, /--private-key-passphrase-file.*ssh-agent.*ssh-add/],
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
    expect(new KeyRing().load(path)).toMatchObject({
      ok: false,
      message: `${path} is a public key, not a private one`,
      hint: `name the private one: ${join(directory, 'id')}`,
    });
  });

  test('a missing file and a folder', () => {
    expect(new KeyRing().load(join(directory, 'none'))).toMatchObject({ missing: true });
    expect(new KeyRing().load(directory)).toMatchObject({ message: expect.stringContaining('folder') });
  });

  const formats = ['RFC4716', 'PEM', 'PKCS8'];
  const types = ['ed25519', 'ecdsa', 'rsa'];
  test.each(formats.flatMap((format) => types.map((type) => [type, format] as const)))(
    'ssh-keygen: %s, %s, with and without a passphrase',
    (type, format) => {
      for (const passphrase of ['', 'a secret']) {
        const path = join(directory, `${type}-${format}-${passphrase.length}`);
        const kind = ['-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-m', format];
        execFileSync('ssh-keygen', ['-q', ...kind, '-a', '1', '-N', passphrase, '-f', path]);
        const loaded = new KeyRing().load(path);
        const key = loaded.ok ? loaded.key : unlocked(loaded, passphrase);
        const known = ssh2.utils.parseKey(readFileSync(`${path}.pub`)) as ParsedKey;
        expect(key.getPublicSSH()).toEqual(known.getPublicSSH());
        const hash = type === 'rsa' ? 'sha256' : undefined;
        expect(known.verify(DATA, key.sign(DATA, hash) as Buffer, hash as string)).toBe(true);
      }
    },
  );

  function unlocked(loaded: LoadedKey, passphrase: string): ParsedKey {
    if (loaded.ok || loaded.locked === undefined) throw new Error('it is not locked');
    expect(loaded.locked.publicKey).toBeDefined();
    expect(loaded.locked.unlock(new Secret('wrong'))).toBe(false);
    expect(() => loaded.locked?.key()).toThrow('its passphrase is not known');
    expect(loaded.locked.unlock(new Secret(passphrase))).toBe(true);
    return loaded.locked.key();
  }

  test('its passphrase may be one of several', () => {
    const loaded = new KeyRing().load(file('several', locked.private));
    if (loaded.ok || loaded.locked === undefined) throw new Error('it is not locked');
    for (const passphrase of ['wrong', 'secret']) loaded.locked.offer(new Secret(passphrase));
    expect(loaded.locked.key().isPrivateKey()).toBe(true);
  });

  test.each([
    ['id_ed25519_sk', hardwareKey()],
    ['id_ed25519_sk.pub', `sk-ssh-ed25519@openssh.com ${HARDWARE.toString('base64')} me\n`],
  ])('what this transport cannot use is named, with the way out: %s', (name, content) => {
    expect(new KeyRing().load(file(name, content))).toMatchObject({
      ok: false,
      hardware: true,
      message: expect.stringContaining('hardware (FIDO) key (sk-ssh-ed25519@openssh.com)'),
      hint: expect.stringContaining('--transport openssh'),
    });
  });
});

test('a key whose public half is broken in a way that ssh2 throws for is refused with a reason', () => {
  const broken = sshStrings('ssh-rsa', '', '').toString('base64');
  const text = `PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\nComment: \nPublic-Lines: 1\n${broken}\nPrivate-Lines: 0\n`;
  expect(new KeyRing().load(file('broken', text))).toMatchObject({ ok: false });
  const openSsh = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshStrings('none', 'none', ''),
    Buffer.from([0, 0, 0, 1]),
    sshStrings(sshStrings('ssh-rsa', '', ''), ''),
  ]);
  const armored = `-----BEGIN OPENSSH PRIVATE KEY-----\n${openSsh.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
  expect(new KeyRing().load(file('broken', armored))).toMatchObject({ ok: false });
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
    expect(target({ privateKeys: [path], agent: '/run/agent' })).toMatchObject({
      ok: true,
      target: { login: { identities: [{ kind: 'locked', name: path }], agent: { socket: '/run/agent' } } },
    });
  });

  test('whose passphrase must be known: a named one, and a usual one where there is nothing else', async () => {
    const path = file('locked', locked.private);
    const needed = async (more: object, home = mkdtempSync(join(directory, 'home-'))) => {
      const targets = new Targets({ ...options, home, ...more });
      targets.target(connection, 'ops');
      return (await targets.lockedKeys()).map((key) => key.path);
    };
    expect(await needed({ privateKeys: [path], password: new Secret('x') })).toEqual([path]);
    expect(await needed({ privateKeys: [path], agent: '/run/none' })).toEqual([path]);
    const home = mkdtempSync(join(directory, 'home-'));
    mkdirSync(join(home, '.ssh'));
    const usual = join(home, '.ssh', 'id_rsa');
    writeFileSync(usual, locked.private, { mode: 0o600 });
    expect(await needed({}, home)).toEqual([usual]);
    expect(await needed({ password: new Secret('x') }, home)).toEqual([]);
    writeFileSync(join(home, '.ssh', 'id_ed25519'), pair.private, { mode: 0o600 });
    expect(await needed({}, home)).toEqual([]);
  });

  test('certificates beside keys, and those that ssh_config names, are known to the login', () => {
    const path = file('certified', pair.private);
    const beside = file('certified-cert.pub', 'x');
    const named = file('named-cert.pub', 'x');
    const configFile = file(
      'with-certificate',
      `CertificateFile ${named}\nCertificateFile /none\nCertificateFile %C\n`,
    );
    const { config } = readSshConfig({ file: configFile });
    expect(target({ privateKeys: [path], config })).toMatchObject({
      ok: true,
      target: { login: { certificates: [beside, named] } },
    });
  });

  test('a hardware key that is the only one is told of; beside another one when the login is refused', () => {
    const home = mkdtempSync(join(directory, 'home-'));
    mkdirSync(join(home, '.ssh'));
    writeFileSync(join(home, '.ssh', 'id_ed25519_sk'), hardwareKey(), { mode: 0o600 });
    const told = expect.stringContaining('id_ed25519_sk is a hardware (FIDO) key');
    const alone = { ok: false, message: told, hint: expect.stringContaining('--transport openssh') };
    expect(target({ home })).toMatchObject(alone);
    expect(target({ home, transport: 'openssh' })).toMatchObject({ ok: true });
    writeFileSync(join(home, '.ssh', 'id_ed25519'), pair.private, { mode: 0o600 });
    expect(target({ home })).toMatchObject({
      ok: true,
      target: { login: { leftOut: [told], needsOpenSsh: true } },
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
    expect(target({}, { kind: 'local' })).toMatchObject({ ok: false, code: 'connection-unsupported' });
  });
});
