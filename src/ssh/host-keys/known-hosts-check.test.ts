import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { KnownHosts } from './known-hosts-check.ts';

function publicKey(type: string, seed: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(seed.padEnd(40, '.'))]);
}

const RSA = publicKey('ssh-rsa', 'rsa');
const ED = publicKey('ssh-ed25519', 'ed');
const OTHER = publicKey('ssh-ed25519', 'other');

function entry(names: string, key: Buffer, marker = ''): string {
  const type = key.toString('latin1', 4, 4 + key.readUInt32BE(0));
  return `${marker}${names} ${type} ${key.toString('base64')}\n`;
}

function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'known-hosts-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function file(text: string, name = 'known_hosts'): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** What becomes of a key that a host shows. */
function shown(key: Buffer, text: string, options: { port?: number; policy?: 'strict' | 'accept-new' } = {}) {
  const { port = 22, policy = 'strict' } = options;
  const verdict = new KnownHosts([file(text)], policy).for('web01', port).check(key);
  return verdict.trusted ? 'trusted' : verdict.message;
}

describe('strict', () => {
  test('the known key is trusted, by plain and by hashed name', () => {
    expect(shown(ED, entry('web01', ED))).toBe('trusted');
    expect(shown(ED, entry(hashed('web01'), ED))).toBe('trusted');
    expect(shown(ED, entry('web01', RSA) + entry('web01', ED))).toBe('trusted');
  });

  test('an unknown host is refused with its fingerprint and the way to add it', () => {
    const check = new KnownHosts([file(entry('web02', ED))], 'strict').for('web01', 2222);
    const verdict = check.check(ED);
    expect(verdict).toMatchObject({
      trusted: false,
      message: `[web01]:2222 is not a known host: it shows ${fingerprint(ED)} (ssh-ed25519)`,
    });
    expect(verdict.trusted ? '' : verdict.hint).toContain(
      `ssh-keyscan -t ed25519 -p 2222 web01 >> ${join(directory, 'known_hosts')}`,
    );
    expect(verdict.trusted ? '' : verdict.hint).toContain('--host-key-checking accept-new');
  });

  test('a changed key is refused with both fingerprints and the place', () => {
    expect(shown(OTHER, `\n${entry('web01', ED)}`)).toBe(
      `the host key of web01 has CHANGED: it shows ${fingerprint(OTHER)} (ssh-ed25519), but ${directory}/known_hosts:2 has ${fingerprint(ED)}`,
    );
  });

  test('a known host that shows a key of another type is refused too', () => {
    expect(shown(ED, entry('web01', RSA))).toContain('a key of another type');
  });

  test('a revoked key is refused although it is listed', () => {
    const text = entry('web01', ED) + entry('*', ED, '@revoked ');
    expect(shown(ED, text)).toContain(':2 has revoked');
    expect(shown(ED, text, { port: 2222 })).toContain('has revoked');
    expect(shown(OTHER, entry('web01', OTHER) + entry('*', ED, '@revoked '))).toBe('trusted');
  });

  test('an entry without the port counts for the very same key only', () => {
    expect(shown(ED, entry('web01', ED), { port: 2222 })).toBe('trusted');
    expect(shown(OTHER, entry('web01', ED), { port: 2222 })).toContain('is not a known host');
    expect(shown(ED, entry('[web01]:2222', ED))).toContain('is not a known host');
  });

  test('a @cert-authority line proves nothing, and that is said', () => {
    expect(shown(ED, entry('web01', ED, '@cert-authority '))).toContain(
      'host certificates are not supported',
    );
  });

  test('what cannot be read refuses every host', () => {
    const path = file('');
    mkdirSync(join(directory, 'folder'));
    const folder = new KnownHosts([path, join(directory, 'folder')], 'accept-new').for('web01', 22).check(ED);
    expect(folder).toMatchObject({ trusted: false, message: expect.stringContaining('cannot be read') });
    expect(shown(ED, `${entry('web01', ED)}@revoked * ssh-ed25519 AAAA\n`)).toContain(
      'revokes a key but cannot be read',
    );
  });

  test('a file that is not there knows nobody', () => {
    const check = new KnownHosts([join(directory, 'none')], 'strict').for('web01', 22);
    expect(check.check(ED).trusted).toBe(false);
  });
});

describe('key types to ask for', () => {
  test('the known ones come first, the others follow', () => {
    const types = new KnownHosts([file(entry('web01', RSA))], 'strict').for('web01', 22).knownTypes;
    expect(types.slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
    expect(types).toContain('ssh-ed25519');
  });

  test('nothing is known of an unknown host', () => {
    expect(new KnownHosts([file('')], 'strict').for('web01', 22).knownTypes).toEqual([]);
  });
});

describe('accept-new', () => {
  test('writes the key of an unknown host down, and knows it from then on', () => {
    const path = file(entry('web02', OTHER).trimEnd());
    const hosts = new KnownHosts([path], 'accept-new');
    const check = hosts.for('web01', 2222);
    expect(check.check(ED)).toEqual({ trusted: true });
    expect(check.check(ED)).toEqual({ trusted: true });
    expect(check.check(OTHER).trusted).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe(entry('web02', OTHER) + entry('[web01]:2222', ED));
    expect(hosts.accepted).toMatchObject([{ file: path, line: 2 }]);
    expect(new KnownHosts([path], 'strict').for('web01', 2222).check(ED)).toEqual({ trusted: true });
  });

  test('makes the file and its folder for the owner alone', () => {
    const path = join(directory, 'new', 'known_hosts');
    expect(new KnownHosts([path], 'accept-new').for('web01', 22).check(ED)).toEqual({ trusted: true });
    expect(readFileSync(path, 'utf8')).toBe(entry('web01', ED));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'new')).mode & 0o777).toBe(0o700);
  });

  test('still refuses a changed key', () => {
    const text = entry('web01', ED);
    expect(shown(OTHER, text, { policy: 'accept-new' })).toContain('has CHANGED');
    expect(readFileSync(join(directory, 'known_hosts'), 'utf8')).toBe(text);
  });

  test('still knows hashed hosts after a key was added', () => {
    const hosts = new KnownHosts([file(entry(hashed('web02'), OTHER))], 'accept-new');
    expect(hosts.for('web02', 22).check(OTHER)).toEqual({ trusted: true });
    expect(hosts.for('web01', 22).check(ED)).toEqual({ trusted: true });
    expect(hosts.for('web02', 22).check(OTHER)).toEqual({ trusted: true });
    expect(hosts.for('web02', 22).check(ED).trusted).toBe(false);
  });

  test('refuses when the key cannot be written down', () => {
    const blocked = file('', 'not-a-folder');
    chmodSync(blocked, 0o600);
    const check = new KnownHosts([join(blocked, 'known_hosts')], 'accept-new').for('web01', 22);
    expect(check.check(ED).trusted).toBe(false);
  });
});
