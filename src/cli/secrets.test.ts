import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runInProcess as cli } from '../../test/support/run-in-process.ts';
import { tempFiles } from '../../test/support/temp-files.ts';
import { newIdentity } from '../secrets/age.ts';

// No terminal is asked.
vi.mock('./ask-line.ts', () => ({ askLine: async () => undefined }));

const TEXT = '# why this is so\ntoken:   "first"   # kept\n';
let folder: string;
let key: string;
let recipient: string;

beforeEach(async () => {
  folder = tempFiles({ 'plain.yml': TEXT });
  const made = await newIdentity();
  key = join(folder, 'key.txt');
  recipient = made.recipient;
  writeFileSync(key, `# created today\n${made.identity.reveal()}\n`);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const path = (name: string): string => join(folder, name);
const view = async (name: string, identity = key): Promise<string> =>
  (await cli('secrets', 'view', path(name), '--identity', identity)).out;

async function encrypted(name = 'secret.yml.age'): Promise<string> {
  await cli('secrets', 'encrypt', path('plain.yml'), '-r', recipient, '-o', path(name));
  return path(name);
}

/** An editor that does this to the file, `$1`. */
function editor(script: string): void {
  writeFileSync(path('editor'), `#!/bin/sh\n${script}\n`);
  chmodSync(path('editor'), 0o755);
  vi.stubEnv('VISUAL', '');
  vi.stubEnv('EDITOR', path('editor'));
}

function leftovers(): readonly string[] {
  return existsSync('/dev/shm')
    ? readdirSync('/dev/shm').filter((name) => name.startsWith('provision-'))
    : [];
}

test('a key is made once, for its owner alone, and its recipient is told', async () => {
  const { code, out, err } = await cli('secrets', 'keygen', '-o', path('new/key.txt'));
  expect([code, out]).toEqual([0, expect.stringMatching(/^age1[0-9a-z]{58}\n$/)]);
  expect(err).not.toContain('AGE-SECRET-KEY');
  expect(statSync(path('new/key.txt')).mode & 0o777).toBe(0o600);
  expect(readFileSync(path('new/key.txt'), 'utf8')).toMatch(/^# recipient: age1\w+\nAGE-SECRET-KEY-1\w+\n$/);
  const recipient = out.trim();
  expect(err).toContain(`--recipient ${recipient}, or echo ${recipient} >>.provision-recipients`);
  const again = await cli('secrets', 'keygen', '-o', path('new/key.txt'));
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('never overwritten')]);
});

test('encrypted in place, viewed, decrypted', async () => {
  chmodSync(path('plain.yml'), 0o644);
  expect((await cli('secrets', 'encrypt', path('plain.yml'), '-r', recipient)).code).toBe(0);
  expect(readFileSync(path('plain.yml'), 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
  expect(statSync(path('plain.yml')).mode & 0o777).toBe(0o644);
  expect(await view('plain.yml')).toBe(TEXT);
  expect((await cli('secrets', 'encrypt', path('plain.yml'), '-r', recipient)).err).toContain(
    'is encrypted already',
  );
  expect((await cli('secrets', 'decrypt', path('plain.yml'), '--identity', key)).code).toBe(0);
  expect(readFileSync(path('plain.yml'), 'utf8')).toBe(TEXT);
  expect(statSync(path('plain.yml')).mode & 0o777).toBe(0o600);
});

test('of a symbolic link, what it names is replaced: no plain text stays behind', async () => {
  const link = path('link.yml');
  symlinkSync('plain.yml', link);
  const isKept = () => expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect((await cli('secrets', 'encrypt', link, '-r', recipient)).code).toBe(0);
  isKept();
  expect(readFileSync(path('plain.yml'), 'utf8')).toMatch(/^-----BEGIN AGE/);
  editor('sed -i s/first/second/ "$1"');
  expect((await cli('secrets', 'edit', link, '--identity', key)).code).toBe(0);
  isKept();
  expect(await view('plain.yml')).toContain('second');
  expect((await cli('secrets', 'rekey', link, '--identity', key, '-r', recipient)).code).toBe(0);
  isKept();
  expect((await cli('secrets', 'decrypt', link, '--identity', key)).code).toBe(0);
  isKept();
  expect(readFileSync(path('plain.yml'), 'utf8')).toContain('second');
});

test('decrypt --output overwrites nothing', async () => {
  const file = await encrypted();
  writeFileSync(path('out.yml'), 'mine\n');
  symlinkSync('nowhere', path('dangling'));
  for (const taken of ['out.yml', 'dangling']) {
    const { code, err } = await cli('secrets', 'decrypt', file, '--identity', key, '-o', path(taken));
    expect([code, err]).toEqual([1, expect.stringContaining(`${taken} is there already`)]);
  }
  expect(readFileSync(path('out.yml'), 'utf8')).toBe('mine\n');
  expect(existsSync(path('nowhere'))).toBe(false);
});

test('for whom, a file beside or above says', async () => {
  const other = await newIdentity();
  writeFileSync(path('other.txt'), other.identity.reveal());
  writeFileSync(path('.provision-recipients'), `# us\n${recipient} # me\n\n${other.recipient}\n`);
  await cli('secrets', 'encrypt', path('plain.yml'));
  expect(await view('plain.yml', path('other.txt'))).toBe(TEXT);
  writeFileSync(path('.provision-recipients'), `${recipient}\n`);
  const { code, err } = await cli('secrets', 'rekey', path('plain.yml'), '--identity', path('other.txt'));
  expect([code, err]).toEqual([0, expect.stringContaining('plain.yml: for one key')]);
  expect(await view('plain.yml')).toBe(TEXT);
  expect(await view('plain.yml', path('other.txt'))).toBe('');
});

test('rekey replaces nothing when one of many cannot be opened', async () => {
  const [good, bad] = [await encrypted('a.yml.age'), path('b.yml.age')];
  const other = await newIdentity();
  await cli('secrets', 'encrypt', path('plain.yml'), '-r', other.recipient, '-o', bad);
  const before = readFileSync(good, 'utf8');
  const { code, err } = await cli('secrets', 'rekey', good, bad, '-r', recipient, '--identity', key);
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('b.yml.age: error: the file is encrypted for one key'),
  ]);
  expect(readFileSync(good, 'utf8')).toBe(before);
});

describe('edit', () => {
  test('keeps what the editor wrote, comments and all, and leaves nothing behind', async () => {
    const file = await encrypted();
    editor(`sed -i s/first/second/ "$1"; stat -c '%a %n' "$1" "\${1%/*}" >"${path('seen')}"`);
    expect(await cli('secrets', 'edit', file, '--identity', key)).toMatchObject({ code: 0, err: '' });
    expect(await view('secret.yml.age')).toBe(TEXT.replace('first', 'second'));
    expect(readFileSync(path('seen'), 'utf8')).toMatch(/^600 \S+\/secret\.yml\n700 \S+\n$/);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('does not write what was not changed', async () => {
    const file = await encrypted();
    const before = readFileSync(file, 'utf8');
    editor(':');
    const { code, err } = await cli('secrets', 'edit', file, '--identity', key);
    expect([code, err]).toEqual([0, expect.stringContaining('was not changed')]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test('an editor that fails changes nothing and leaves nothing', async () => {
    const file = await encrypted();
    const before = readFileSync(file, 'utf8');
    editor('echo broken >"$1"; exit 3');
    const { code, err } = await cli('secrets', 'edit', file, '--identity', key);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/editor ended with status 3\nhint: .* was not changed/),
    ]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(leftovers()).toEqual([]);
  });

  test('broken YAML is lost by no means where nobody can be asked', async () => {
    const file = await encrypted();
    const before = readFileSync(file, 'utf8');
    editor('echo \'token: "never closed\' >"$1"');
    const { code, err } = await cli('secrets', 'edit', file, '--identity', key);
    expect([code, err]).toEqual([1, expect.stringContaining('secret.yml.age:1')]);
    expect(err).toContain(
      `to go on: provision secrets edit ${file}.edited, then mv ${file}.edited ${file}\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(await view('secret.yml.age.edited')).toBe('token: "never closed\n');
  });

  test.each([
    ['changed', 'secret.yml.age', 'somebody else: theirs'],
    ['begun', 'new.yml.age', 'somebody else: theirs'],
  ])('what somebody else has %s meanwhile is kept, and what was written too', async (_, name, theirs) => {
    if (name === 'secret.yml.age') await encrypted();
    writeFileSync(path('plain.yml'), theirs);
    await encrypted('theirs.age');
    editor(`cp "${path('theirs.age')}" "${path(name)}"; echo 'mine: 1' >"$1"`);
    const { code, err } = await cli('secrets', 'edit', path(name), '--identity', key, '-r', recipient);
    expect([code, err]).toEqual([1, expect.stringContaining('was changed by somebody else')]);
    expect(await view(name)).toBe(theirs);
    expect(await view(`${name}.edited`)).toBe('mine: 1\n');
  });

  test('begins a new file', async () => {
    editor('echo "new: 1" >"$1"');
    expect((await cli('secrets', 'edit', path('new.yml.age'), '-r', recipient)).code).toBe(0);
    expect(await view('new.yml.age')).toBe('new: 1\n');
  });
});

test('a passphrase of a file', { timeout: 60_000 }, async () => {
  writeFileSync(path('pass'), 'correct horse\n', { mode: 0o600 });
  const options = ['--secrets-passphrase-file', path('pass')];
  expect((await cli('secrets', 'encrypt', path('plain.yml'), '--passphrase', ...options)).code).toBe(0);
  editor('sed -i s/first/second/ "$1"');
  expect((await cli('secrets', 'edit', path('plain.yml'), ...options)).code).toBe(0);
  expect((await cli('secrets', 'view', path('plain.yml'), ...options)).out).toBe(
    TEXT.replace('first', 'second'),
  );
});

test('a file of ansible-vault is viewed and decrypted, not edited', async () => {
  const vault = fileURLToPath(new URL('../secrets/fixtures/vault-1.1.yml', import.meta.url));
  const options = [
    '--vault-password-file',
    fileURLToPath(new URL('../secrets/fixtures/vault-password.txt', import.meta.url)),
  ];
  expect((await cli('secrets', 'view', vault, ...options)).out).toContain('db_password: "vault-canary-Ä1"');
  expect((await cli('secrets', 'edit', vault, ...options)).err).toContain('ansible-vault edit');
});

test.each([
  [['secrets'], 'needs to be told what to do'],
  [['secrets', 'eidt', 'x'], 'provision secrets cannot "eidt"'],
  [['secrets', 'edit'], 'no file is given'],
  [['secrets', 'edit', 'a', 'b'], 'only one file'],
  [['secrets', 'rekey', 'a', '-o', 'b'], 'secrets rekey has no --output'],
  [['secrets', 'keygen', 'a'], 'keygen takes no files'],
  [['secrets', 'view', '/no/file'], 'there is no such file'],
  [['secrets', 'decrypt', 'a.age'], 'would no longer be what its name says'],
])('%s', async (words, message) => {
  const { code, err } = await cli(...words);
  expect([code, err]).toEqual([1, expect.stringContaining(message)]);
});

test.each([
  ['--identity', '/no/file', '--identity /no/file: cannot read the file: there is no such file'],
  ['--identity', '/tmp', '--identity /tmp: cannot read the file: this is a folder'],
  ['--secrets-passphrase-file', '/no/file', '--secrets-passphrase-file /no/file: cannot read'],
  ['--vault-password-file', '/no/file', '--vault-password-file /no/file: cannot read'],
  [
    '--vault-id',
    'prod',
    '--vault-id prod: cannot read the file: there is no such file\nhint: write --vault-id ID@FILE',
  ],
  ['--vault-id', 'prod@/no/file', '--vault-id /no/file: cannot read'],
])('%s %s is told at once, needed or not', async (option, value, message) => {
  const { code, err } = await cli('secrets', 'encrypt', path('plain.yml'), '-r', recipient, option, value);
  expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  expect(readFileSync(path('plain.yml'), 'utf8')).toBe(TEXT);
});

test('who is no recipient is told so, and a secret key is not shown', async () => {
  const run = async (word: string) => (await cli('secrets', 'encrypt', path('plain.yml'), '-r', word)).err;
  expect(await run('age1nonsense')).toContain('"age1nonsense" is no recipient');
  expect(await run('ssh-ed25519 AAAA')).toContain('SSH keys cannot be used');
  const secret = readFileSync(key, 'utf8').split('\n')[1]!;
  const told = await run(secret);
  expect(told).toContain('this is a secret key');
  expect(told).not.toContain(secret);
  expect((await cli('secrets', 'encrypt', path('plain.yml'))).err).toContain('nobody says for whom');
});

describe('a first encounter', () => {
  test('who has a key is offered its recipient, who has none is told how to make one', async () => {
    const mine = await cli('secrets', 'encrypt', path('plain.yml'), '--identity', key);
    expect(mine.err).toContain(
      `hint: your own is ${recipient}: --recipient ${recipient}, or echo ${recipient} >>.provision-recipients\n`,
    );
    vi.stubEnv('XDG_CONFIG_HOME', folder);
    vi.stubEnv('PROVISION_IDENTITY', '');
    expect((await cli('secrets', 'encrypt', path('plain.yml'))).err).toContain('secrets keygen makes a key');
  });

  test('a file that is not there', async () => {
    const { code, err } = await cli('secrets', 'view', path('none.yml.age'), '--identity', key);
    expect([code, err]).toEqual([
      1,
      `error: ${path('none.yml.age')}: cannot read the file: there is no such file\nhint: provision secrets edit ${path('none.yml.age')} makes it\n`,
    ]);
  });

  test('a key that is named by the environment and not there', async () => {
    const file = await encrypted();
    vi.stubEnv('PROVISION_IDENTITY', path('nope'));
    const { err } = await cli('secrets', 'view', file);
    expect(err).toContain(`${path('nope')}: error: `);
    expect(err).toContain('hint: the variable PROVISION_IDENTITY of the environment names it\n');
    expect(err).not.toMatch(/nothing was written|explains the usage/);
  });
});
