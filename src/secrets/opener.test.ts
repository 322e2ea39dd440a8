import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { hasErrors } from '../documents/diagnostic.ts';
import { formatDiagnostics } from '../documents/format.ts';
import { hostScope } from '../inventory/host-scope.ts';
import { loadInventory } from '../inventory/load.ts';
import { encryptAge, newIdentity } from './age.ts';
import { knownSecrets } from './known.ts';
import { MASK } from './mask.ts';
import { Opener, type OpenerOptions } from './opener.ts';
import { Secret } from './secret.ts';
import { readVaultPassword } from './vault-passwords.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

function openerWith(options: Partial<OpenerOptions>): Opener {
  return new Opener({
    identities: () => ({ identities: [], diagnostics: [] }),
    passphrase: async () => undefined,
    vaultPasswords: () => ({ passwords: [], diagnostics: [] }),
    ...options,
  });
}

async function read(folder: string, name: string, options: Partial<OpenerOptions>) {
  const opener = openerWith(options);
  return opener.settle((reader) => reader(join(folder, name), name));
}

test.each([['armored'], ['binary']])('a file that age encrypted, %s', async (form) => {
  const { identity, recipient } = await newIdentity();
  const folder = tempFiles({});
  const armored = await encryptAge(Buffer.from('token: "age canary"\n'), { recipients: [recipient] });
  const { armor } = await import('age-encryption');
  writeFileSync(join(folder, 'v.yml'), form === 'armored' ? armored : armor.decode(armored));
  const { document, diagnostics } = await read(folder, 'v.yml', {
    identities: () => ({ identities: [identity], diagnostics: [] }),
  });
  expect(diagnostics).toEqual([]);
  expect(document).toMatchObject({ value: { token: 'age canary' }, secret: true });
  expect(knownSecrets.mask('it is age canary.')).toBe(`it is ${MASK}.`);
});

test('without the right key it is said for how many keys the file is', async () => {
  const [first, second, other] = await Promise.all([newIdentity(), newIdentity(), newIdentity()]);
  const recipients = [first.recipient, second.recipient];
  const folder = tempFiles({ 'v.yml': await encryptAge(Buffer.from('a: b'), { recipients }) });
  const none = await read(folder, 'v.yml', {});
  expect(formatDiagnostics(none.diagnostics)).toMatchInlineSnapshot(`
    "v.yml: error: the file is encrypted for 2 keys, and there is none here
    hint: give one with --identity FILE, or PROVISION_IDENTITY=FILE"
  `);
  const wrong = await read(folder, 'v.yml', {
    identities: () => ({ identities: [other.identity], diagnostics: [] }),
  });
  expect(formatDiagnostics(wrong.diagnostics)).toMatchInlineSnapshot(`
    "v.yml: error: the file is encrypted for 2 keys, and the one here is not among them
    hint: give the right one with --identity, or have who can open the file add yours: provision secrets rekey"
  `);
});

test('a file that is named as encrypted and is not is refused, as its values would not be kept secret', async () => {
  const folder = tempFiles({ 'group_vars/all.yml.age': 'token: plain canary\n' });
  const { document, diagnostics } = await read(folder, 'group_vars/all.yml.age', {});
  expect(document).toBeUndefined();
  expect(formatDiagnostics(diagnostics)).toBe(
    [
      'group_vars/all.yml.age: error: the name says age, but the file is not encrypted',
      'hint: provision secrets encrypt group_vars/all.yml.age',
    ].join('\n'),
  );
});

test('a damaged file is told as such', async () => {
  const { identity, recipient } = await newIdentity();
  const whole = await encryptAge(Buffer.from('a: b'), { recipients: [recipient] });
  const identities = () => ({ identities: [identity], diagnostics: [] });
  const folder = tempFiles({
    'cut.yml': whole.slice(0, 200),
    'changed.yml': whole.replace(/.(?=.\n-----END)/, (letter) => (letter === 'A' ? 'B' : 'A')),
  });
  for (const name of ['cut.yml', 'changed.yml']) {
    const { document, diagnostics } = await read(folder, name, { identities });
    expect(document).toBeUndefined();
    expect(formatDiagnostics(diagnostics)).toMatch(/error: the encrypted file is damaged: .+\nhint: take it/);
  }
});

test('a passphrase is asked for once for all files, and again when it is wrong', {
  timeout: 60_000,
}, async () => {
  const passphrase = new Secret('correct horse battery');
  const text = await encryptAge(Buffer.from('a: b'), { passphrase });
  const folder = tempFiles({ 'one.yml': text, 'two.yml': text });
  const ask = vi.fn(async (_: string, attempt: number) =>
    attempt === 1 ? new Secret('wrong horse') : attempt === 2 ? passphrase : undefined,
  );
  const opener = openerWith({ passphrase: ask });
  const documents = await opener.settle((reader) =>
    ['one.yml', 'two.yml'].map((name) => reader(join(folder, name), name).document?.value),
  );
  expect(documents).toEqual([{ a: 'b' }, { a: 'b' }]);
  expect(ask.mock.calls).toEqual([
    ['one.yml', 1],
    ['one.yml', 2],
  ]);
});

const vaultPasswords = () => {
  const read = readVaultPassword({ id: 'prod', file: join(FIXTURES, 'vault-password.txt') });
  return read.ok ? { passwords: [read.password], diagnostics: [] } : { passwords: [], diagnostics: [] };
};

test.each(['vault-1.1.yml', 'vault-1.2.yml'])('a file of ansible-vault: %s', async (name) => {
  const { document, diagnostics } = await read(FIXTURES, name, { vaultPasswords });
  expect(diagnostics).toEqual([]);
  expect(document).toMatchObject({ value: { db_password: 'vault-canary-Ä1', port: 5432 }, secret: true });
});

test('a wrong vault password, none, and a damaged text', async () => {
  const wrong = () => ({ passwords: [{ id: 'x', password: new Secret('wrong') }], diagnostics: [] });
  const told = async (options: Partial<OpenerOptions>, folder = FIXTURES, name = 'vault-1.2.yml') =>
    formatDiagnostics((await read(folder, name, options)).diagnostics);
  expect(await told({ vaultPasswords: wrong })).toBe(
    'vault-1.2.yml: error: the password does not fit this Ansible Vault text (vault id "prod")',
  );
  expect(await told({})).toContain(
    'it is encrypted by Ansible Vault (vault id "prod")\nhint: give its password',
  );
  const text = readFileSync(join(FIXTURES, 'vault-1.1.yml'), 'utf8');
  const folder = tempFiles({
    'cut.yml': text.slice(0, 150),
    'old.yml': text.replace('1.1;AES256', '1.0;AES'),
    'changed.yml': text.replace(/\d(?=\n?$)/, (digit) => String((Number(digit) + 1) % 10)),
  });
  expect(await told({ vaultPasswords }, folder, 'cut.yml')).toContain('this Ansible Vault text is damaged');
  expect(await told({ vaultPasswords }, folder, 'old.yml')).toContain('only Ansible Vault 1.1 and 1.2');
  expect(await told({ vaultPasswords }, folder, 'changed.yml')).toMatch(/does not fit|damaged/);
});

test('values of variables: encrypted alone, of the environment, of a file, of a command', async () => {
  vi.stubEnv('CANARY_TOKEN', 'from the environment');
  const folder = tempFiles({
    'hosts.yml': 'web: { hosts: { web1: } }',
    'group_vars/web.yml': [
      readFileSync(join(FIXTURES, 'vault-inline.yml'), 'utf8'),
      'of_env: !secret {env: CANARY_TOKEN}',
      'of_file: !secret {file: token.txt}',
      'of_command: !secret {command: [sh, -c, "echo from the command; echo x >>runs"]}',
      'again: !secret {command: [sh, -c, "echo from the command; echo x >>runs"]}',
      'made: "user:{{ of_env }}"',
      'missing: !secret {env: NO_SUCH_VARIABLE}',
      'failing: !secret {command: [sh, -c, "exit 3"]}',
    ].join('\n'),
    'group_vars/token.txt': 'from the file\n',
  });
  const opener = openerWith({ vaultPasswords });
  const { inventory, diagnostics } = await opener.settle((reader) =>
    loadInventory(['hosts.yml'], { cwd: folder, read: reader }),
  );
  expect(formatDiagnostics(diagnostics)).toBe('');
  const scope = hostScope(inventory!.hosts.get('web1')!, inventory);
  const values = Object.fromEntries(
    ['token', 'of_env', 'of_file', 'of_command', 'again', 'made'].map((name) => [name, scope.lookup(name)]),
  );
  expect(values).toMatchObject({
    token: { value: 'inline vault secret', sensitive: true },
    of_env: { value: 'from the environment', sensitive: true },
    of_file: { value: 'from the file', sensitive: true },
    of_command: { value: 'from the command', sensitive: true },
    made: { value: 'user:from the environment', sensitive: true },
  });
  // Once in a run, however many variables name it.
  expect(readFileSync(join(folder, 'group_vars/runs'), 'utf8')).toBe('x\n');
  expect(scope.lookup('missing')).toMatchObject({
    reason: expect.stringMatching(/NO_SUCH_VARIABLE is not set/),
  });
  expect(scope.lookup('failing')).toMatchObject({ reason: expect.stringMatching(/sh, which .*status 3/) });
  const shown = JSON.stringify(inventory!.hosts.get('web1')!.vars);
  expect(shown).toContain(MASK);
  expect(shown).not.toMatch(/vault secret|from the/);
});

test('a check reads no value that stands elsewhere', async () => {
  const folder = tempFiles({
    'v.yml': 'a: !secret {command: [touch, ran]}',
    'hosts.yml': 'web: { hosts: { w: } }',
  });
  const opener = openerWith({ unread: 'not now' });
  const { document } = opener.read(join(folder, 'v.yml'), 'v.yml');
  const { a } = document!.value as { a: { read(): unknown } };
  expect(a.read()).toEqual({ ok: false, kind: 'unknown', reason: 'not now' });
  expect(() => readFileSync(join(folder, 'ran'))).toThrow('ENOENT');
});

test.each([
  ['!secret {env: A, file: b}', 'takes one of `env`, `file` and `command`'],
  ['!secret {}', 'takes one of'],
  ['!secret name', 'takes a mapping'],
  ['!secret {command: pass show db}', 'must be a list of a program and its arguments'],
  ['!secret {env: [A]}', '`env` of !secret must be text'],
  ['!secret {vault: x}', 'knows no `vault`'],
  ['!vault plain', '!vault takes the text that ansible-vault encrypt_string has made'],
  ['!secrets {env: A}', 'the YAML tag !secrets is not known here'],
])('%s', (value, message) => {
  const folder = tempFiles({ 'v.yml': `a: ${value}\n` });
  const { diagnostics } = openerWith({}).read(join(folder, 'v.yml'), 'v.yml');
  expect(formatDiagnostics(diagnostics)).toContain(message);
  expect(hasErrors(diagnostics)).toBe(true);
});

test('a mistake in an encrypted file is told with its place, and without its text', async () => {
  const { identity, recipient } = await newIdentity();
  const lines = 'good: 1\nbad: "never closed secret\n';
  const folder = tempFiles({ 'v.yml': await encryptAge(Buffer.from(lines), { recipients: [recipient] }) });
  const { diagnostics } = await read(folder, 'v.yml', {
    identities: () => ({ identities: [identity], diagnostics: [] }),
  });
  const text = formatDiagnostics(diagnostics);
  expect(text).toMatch(/^v\.yml:\d+:\d+: error: /);
  expect(text).not.toContain('secret');
});
