import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type ParsedKey } from 'ssh2';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Secret } from '../../secrets/secret.ts';
import { connect } from '../connect.ts';
import type { ConnectionError } from '../errors.ts';
import { KeyRing } from '../keys.ts';
import { Agent } from './agent.ts';
import type { Identity, Login } from './login.ts';
import { LoginPassword } from './password.ts';

const directory = mkdtempSync(join(tmpdir(), 'login-'));
afterAll(() => rmSync(directory, { recursive: true }));

function makeKey(name: string, type = 'ed25519'): string {
  const path = join(directory, name);
  const kind = ['-t', type, ...(type === 'rsa' ? ['-b', '2048'] : [])];
  execFileSync('ssh-keygen', ['-q', ...kind, '-N', '', '-C', name, '-f', path]);
  return path;
}

function ready(path: string): Extract<Identity, { kind: 'ready' }> {
  const loaded = new KeyRing().load(path);
  if (!loaded.ok) throw new Error(loaded.message);
  return { kind: 'ready', name: path, key: loaded.key };
}

const hostKey = readFileSync(makeKey('host'), 'utf8');
const [one, two] = [makeKey('one'), makeKey('two')];

let server: ssh2.Server | undefined;
const cleanups: (() => void)[] = [];
afterEach(() => {
  server?.close();
  for (const clean of cleanups.splice(0)) clean();
});

/** A server that decides by itself, and notes what it is shown. */
async function host(decide: (login: AuthContext) => void) {
  const shown: string[] = [];
  const made = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (login) => {
      const signed = login.method === 'publickey' && login.signature !== undefined ? ' signed' : '';
      const word = login.method === 'password' ? ` ${login.password}` : '';
      shown.push(`${login.method}${signed}${word}`);
      decide(login);
    });
  });
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  return { port: (made.address() as AddressInfo).port, shown };
}

async function logIn(port: number, login: Login) {
  try {
    const transport = await connect({
      address: '127.0.0.1',
      port,
      user: 'ops',
      login,
      hostKeys: { knownTypes: [], check: () => ({ trusted: true }) as const },
      timeout: 10_000,
      keepalive: 0,
    });
    await transport.close();
    return undefined;
  } catch (error) {
    return (error as ConnectionError).failure;
  }
}

function password(text: string): { readonly password: LoginPassword } {
  return { password: new LoginPassword(new Secret(text)) };
}

/** Lets in with this key, as far as keys are accepted at all. */
function byKey(login: AuthContext, { key }: { readonly key: ParsedKey }, left: string[]): void {
  if (login.method === 'publickey' && login.key.data.equals(key.getPublicSSH())) login.accept();
  else login.reject(left as never);
}

describe('what is shown, and when', () => {
  test('a password alone: first the host is asked what it accepts', async () => {
    const { port, shown } = await host((login) =>
      login.method === 'password' && login.password === 'right' ? login.accept() : login.reject(['password']),
    );
    expect(await logIn(port, { identities: [], ...password('right') })).toBeUndefined();
    expect(shown).toEqual(['none', 'password right']);
  });

  test('no key where the host accepts none, and no password where it accepts none', async () => {
    const { port, shown } = await host((login) => login.reject(['password']));
    const locked: Identity = { kind: 'locked', name: 'two', publicKey: ready(two).key };
    await logIn(port, { identities: [locked], ...password('wrong') });
    expect(shown).toEqual(['none', 'password wrong']);
    shown.length = 0;
    server?.close();
    const other = await host((login) => login.reject(['publickey']));
    const failure = await logIn(other.port, { identities: [ready(one)], ...password('right') });
    expect(other.shown).toEqual(['publickey signed']);
    expect(failure).toMatchObject({
      kind: 'login-refused',
      hint: expect.stringContaining('takes no password'),
    });
  });

  test('what only OpenSSH can use is named when nothing else was of use', async () => {
    const { port } = await host((login) => login.reject(['publickey']));
    const login = { identities: [ready(one)], certificates: ['/home/me/.ssh/one-cert.pub'] };
    const failure = await logIn(port, login);
    expect(failure?.message).toContain('the certificate /home/me/.ssh/one-cert.pub was not offered');
    expect(failure?.hint).toContain('--transport openssh');
    const hardware = { identities: [ready(one)], leftOut: ['a FIDO key'], needsOpenSsh: true };
    expect((await logIn(port, hardware))?.hint).toContain('--transport openssh');
    const neither = await logIn(port, { identities: [ready(one)] });
    expect(neither?.hint).not.toContain('--transport openssh');
  });

  test('keys, then keyboard-interactive, and the password is not sent again as another method', async () => {
    const { port, shown } = await host((login) => {
      if (login.method === 'keyboard-interactive') {
        login.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
          shown.push(`answer ${answers.join()}`);
          login.reject(['publickey', 'keyboard-interactive', 'password']);
        });
      } else login.reject(['publickey', 'keyboard-interactive', 'password']);
    });
    const failure = await logIn(port, { identities: [ready(one)], ...password('wrong') });
    expect(shown).toEqual(['publickey signed', 'keyboard-interactive', 'answer wrong']);
    expect(failure).toMatchObject({
      kind: 'login-refused',
      message: expect.stringMatching(
        /refused the login of "ops".*the key .*one \(SHA256:.*the password.*accepts publickey, /,
      ),
      hint: expect.stringContaining('not tried again'),
    });
  });

  test('a key and then the password, where the host wants both', async () => {
    const { port, shown } = await host((login) => {
      if (login.method === 'publickey') login.reject(['password'], true);
      else if (login.method === 'password' && login.password === 'right') login.accept();
      else login.reject(['publickey']);
    });
    expect(await logIn(port, { identities: [ready(one), ready(two)], ...password('right') })).toBeUndefined();
    expect(shown).toEqual(['publickey signed', 'password right']);
    const failure = await logIn(port, { identities: [ready(one)] });
    expect(failure?.message).toMatch(/content with the key .*, and wants more; it accepts password/);
    expect(failure?.hint).toContain('--ask-pass');
  });

  test('a refused password is never tried again at that place', async () => {
    const { port, shown } = await host((login) => login.reject(['password']));
    const login = { identities: [], ...password('wrong') };
    await logIn(port, login);
    const failure = await logIn(port, login);
    expect(shown).toEqual(['none', 'password wrong', 'none']);
    expect(failure?.message).toContain('refused there before');
  });

  test('an accepted one is', async () => {
    const { port } = await host((login) =>
      login.method === 'password' ? login.accept() : login.reject(['password']),
    );
    const login = { identities: [], ...password('right') };
    expect(await logIn(port, login)).toBeUndefined();
    expect(await logIn(port, login)).toBeUndefined();
  });
});

describe('questions', () => {
  test.each([
    [
      [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Code: ', echo: false },
      ],
      '"Password:", "Code:"',
    ],
    [[{ prompt: 'Code: ', echo: true }], '"Code:"'],
  ])('that are more than one hidden one get no answer at all: %j', async (prompts, named) => {
    const answers: string[][] = [];
    const { port, shown } = await host((login) => {
      if (login.method === 'keyboard-interactive') login.prompt(prompts, (given) => answers.push(given));
      else login.reject(['keyboard-interactive', 'password']);
    });
    const failure = await logIn(port, { identities: [], ...password('right') });
    expect([shown, answers]).toEqual([['none', 'keyboard-interactive'], []]);
    expect(failure?.message).toContain(`asked for more than one password: ${named}`);
  });

  test('that come after the password are named', async () => {
    const { port } = await host((login) => {
      if (login.method !== 'keyboard-interactive') return login.reject(['keyboard-interactive']);
      login.prompt([{ prompt: 'Password: ', echo: false }], () =>
        login.prompt([{ prompt: 'Verification code: ', echo: false }], () => login.accept()),
      );
    });
    const failure = await logIn(port, { identities: [], ...password('right') });
    expect(failure).toMatchObject({
      kind: 'login-refused',
      message: expect.stringContaining('asked for more than one password: "Verification code:"'),
      hint: expect.stringContaining('cannot be answered here'),
    });
  });
});

/** An agent of its own that holds keys. */
function agent(...paths: string[]): Agent {
  const socket = join(mkdtempSync(join(directory, 'agent-')), 'socket');
  const said = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
  const id = Number(/AGENT_PID=(\d+)/.exec(said)?.[1]);
  cleanups.push(() => process.kill(id));
  execFileSync('ssh-add', ['-q', ...paths], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return new Agent(socket);
}

/** Made by ssh-keygen with OpenSSH's key without hardware (sk-dummy), for these tests alone. */
const FIDO = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAASgAAABpzay1zc2
gtZWQyNTUxOUBvcGVuc3NoLmNvbQAAACAbMCM7cjlEmjdnyPfI1ClrNdFIY1F7sNZmJpJ5
PiCLHQAAAARzc2g6AAAAqKxjWEesY1hHAAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY2
9tAAAAIBswIztyOUSaN2fI98jUKWs10UhjUXuw1mYmknk+IIsdAAAABHNzaDoBAAAAQIZq
K3nL8Takd+MNlZO5eW4PxFdRKbuO/btLYkCzS2bKGzAjO3I5RJo3Z8j3yNQpazXRSGNRe7
DWZiaSeT4gix0AAAAAAAAABXRva2VuAQIDBA==
-----END OPENSSH PRIVATE KEY-----
`;

describe('an agent', () => {
  test('that holds what only OpenSSH can use: that is named when nothing else was of use', async () => {
    const [hardware, certified] = [join(directory, 'id_ed25519_sk'), makeKey('certified')];
    writeFileSync(hardware, FIDO, { mode: 0o600 });
    execFileSync('ssh-keygen', ['-q', '-s', one, '-I', 'me', '-n', 'ops', `${certified}.pub`], {
      stdio: 'ignore',
    });
    const { port, shown } = await host((login) => login.reject(['publickey']));
    const failure = await logIn(port, { identities: [], agent: agent(hardware, certified) });
    expect(shown).toEqual(['none', 'publickey']);
    expect(failure?.message).toContain('token (sk-ssh-ed25519@openssh.com)');
    expect(failure?.message).toContain('certified (ssh-ed25519-cert-v01@openssh.com)');
    expect(failure?.hint).toContain('--transport openssh');
  });

  test.each(['ed25519', 'ecdsa', 'rsa'])('signs for an %s key', async (type) => {
    const path = makeKey(`held-${type}`, type);
    const { port, shown } = await host((login) => byKey(login, ready(path), ['publickey']));
    expect(await logIn(port, { identities: [], agent: agent(one, path) })).toBeUndefined();
    expect(shown).toEqual(['none', 'publickey', 'publickey', 'publickey signed']);
  });

  test('has its key for a named file tried first, and no others with IdentitiesOnly', async () => {
    const held = agent(one, two);
    const named: Identity = { kind: 'locked', name: 'two', publicKey: ready(two).key };
    const right = await host((login) => byKey(login, ready(two), ['publickey']));
    expect(await logIn(right.port, { identities: [named], agent: held })).toBeUndefined();
    expect(right.shown).toEqual(['none', 'publickey', 'publickey signed']);
    server?.close();
    const wrong = await host((login) => byKey(login, ready(one), ['publickey']));
    const failure = await logIn(wrong.port, { identities: [named], agent: held, identitiesOnly: true });
    expect(failure).toMatchObject({ kind: 'login-refused' });
    expect(wrong.shown).toEqual(['none', 'publickey']);
  });

  test('with a key that wants another factor leads on to the password', async () => {
    const { port } = await host((login) => {
      if (login.method === 'publickey') {
        if (login.signature === undefined) login.accept();
        else login.reject(['password'], true);
      } else if (login.method === 'password') login.accept();
      else login.reject(['publickey']);
    });
    expect(await logIn(port, { identities: [], agent: agent(one), ...password('right') })).toBeUndefined();
  });

  test('that is full is not shown to the host whole', async () => {
    const paths = Array.from({ length: 9 }, (_, index) => makeKey(`many-${index}`));
    const { port, shown } = await host((login) => login.reject(['publickey']));
    const failure = await logIn(port, { identities: [], agent: agent(...paths) });
    expect(shown).toEqual(['none', ...Array(6).fill('publickey')]);
    expect(failure?.message).toMatch(/not offered any more: many-6 \(agent\), many-7 \(agent\), many-8/);
    expect(failure?.hint).toMatch(/MaxAuthTries.*--private-key.*IdentitiesOnly/);
  });

  test('that is not there is named, and other ways are tried', async () => {
    const { port, shown } = await host((login) =>
      login.method === 'password' ? login.accept() : login.reject(['publickey', 'password']),
    );
    const gone = new Agent(join(directory, 'nothing'));
    expect(await logIn(port, { identities: [], agent: gone, ...password('right') })).toBeUndefined();
    expect(shown).toEqual(['none', 'password right']);
    server?.close();
    const other = await host((login) => login.reject(['publickey']));
    expect((await logIn(other.port, { identities: [], agent: gone }))?.message).toContain('cannot be asked');
  });
});
