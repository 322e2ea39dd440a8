import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect as connectTcp, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type ParsedKey } from 'ssh2';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { connect } from './connect.ts';
import type { ConnectionError } from './errors.ts';
import { KeyRing } from './keys.ts';
import { quickenExchange } from './ssh2/quick-exchange.ts';

const directory = mkdtempSync(join(tmpdir(), 'connect-'));
afterAll(() => rmSync(directory, { recursive: true }));
const hostKey = readFileSync(keyFile('host', 'ed25519'), 'utf8');

function keyFile(name: string, type: string): string {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', path]);
  return path;
}

function key(type: string, name = `key-${type}-${Math.random()}`): ParsedKey {
  const loaded = new KeyRing().load(keyFile(name, type));
  if (!loaded.ok) throw new Error(loaded.message);
  return loaded.key;
}

let server: ssh2.Server | undefined;
afterEach(() => void server?.close());

/** A server that lets one key in, and notes what it is asked. */
async function host(allowed: ParsedKey, onReady: (client: Connection) => void = () => {}) {
  const asked: string[] = [];
  const made = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('ready', () => onReady(client));
    client.on('authentication', (login) => {
      if (login.method !== 'publickey') return login.reject(['publickey']);
      const { blob, signature, hashAlgo } = login;
      asked.push(`${login.key.algo} ${signature === undefined ? 'asked for' : 'signed'}`);
      if (!login.key.data.equals(allowed.getPublicSSH())) return login.reject(['publickey']);
      const proven =
        signature === undefined || allowed.verify(blob as Buffer, signature, hashAlgo as string) === true;
      return proven ? login.accept() : login.reject();
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec) => {
        const channel = acceptExec();
        channel.write('hello');
        channel.exit(0);
        channel.end();
      });
    });
  });
  server = made;
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  return { port: (made.address() as AddressInfo).port, asked };
}

function target(port: number, keys: readonly ParsedKey[]) {
  return {
    address: '127.0.0.1',
    port,
    user: 'ops',
    login: {
      identities: keys.map((key, index) => ({ kind: 'ready', name: `key ${index + 1}`, key }) as const),
    },
    hostKeys: { knownTypes: [], check: () => ({ trusted: true }) as const },
    timeout: 5000,
    keepalive: 1000,
  };
}

describe('logging in with keys', () => {
  test.each(['ed25519', 'ecdsa', 'rsa'])('an %s key that comes first is proven at once', async (type) => {
    const mine = key(type);
    const { port, asked } = await host(mine);
    const transport = await connect(target(port, [mine]));
    await transport.close();
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/ signed$/);
  });

  test('the others are asked for first', async () => {
    const [first, second] = [key('ed25519'), key('ecdsa')];
    const { port, asked } = await host(second);
    const transport = await connect(target(port, [first, second]));
    await transport.close();
    const type = 'ecdsa-sha2-nistp256';
    expect(asked).toEqual(['ssh-ed25519 signed', `${type} asked for`, `${type} signed`]);
  });

  test('a key that is not let in is told as such', async () => {
    const { port } = await host(key('ed25519'));
    const failure = connect(target(port, [key('ed25519')])).catch((error: ConnectionError) => error.failure);
    expect(await failure).toMatchObject({ kind: 'login-refused' });
  });
});

describe('the end of a connection', () => {
  let between: Server | undefined;
  afterEach(() => void between?.close());

  /** What is sent reaches the server; its end of the connection stays open for as long as this one does not break. */
  async function neverClosing(port: number): Promise<number> {
    const made = createServer({ allowHalfOpen: true }, (near) => {
      const far = connectTcp({ host: '127.0.0.1', port });
      near.on('data', (bytes) => far.write(bytes)).on('error', () => {});
      near.on('close', () => far.destroy());
      far.on('data', (bytes) => near.write(bytes)).on('error', () => {});
    });
    between = made;
    await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port;
  }

  test('is told, and not waited for any longer than a host needs', async () => {
    const mine = key('ed25519');
    let told: (error: Error) => void;
    const ended = new Promise<Error>((resolve) => {
      told = resolve;
    });
    const { port } = await host(mine, (client) =>
      client.on('error', told).on('end', () => told(new Error('end'))),
    );
    const transport = await connect(target(await neverClosing(port), [mine]));
    await transport.close();
    expect(await transport.closed).toBeUndefined();
    expect((await ended).message).toBe('end');
  });
});

describe('the key exchange', () => {
  test('ssh2 is as expected', async () => {
    const mine = key('ed25519');
    const { port } = await host(mine);
    const found = await new Promise((resolve, reject) => {
      const client = new ssh2.Client().once('error', reject);
      client.connect({
        host: '127.0.0.1',
        port,
        username: 'ops',
        password: 'none',
        algorithms: { kex: ['curve25519-sha256'] },
        hostVerifier: () => {
          resolve(quickenExchange(client));
          return false;
        },
      });
    });
    expect(found).toBe(true);
  });

  test('before it has begun, and with another algorithm, nothing is changed', async () => {
    expect(quickenExchange(new ssh2.Client())).toBe(false);
  });

  test('is made again on the same connection, and what is sent still arrives', async () => {
    const mine = key('ed25519');
    const { port } = await host(mine, (client) => client.rekey());
    const transport = await connect(target(port, [mine]));
    for (let round = 0; round < 3; round += 1) {
      const { io } = await transport.open('greet');
      const said: Buffer[] = [];
      for await (const chunk of io) said.push(chunk as Buffer);
      expect(Buffer.concat(said).toString()).toBe('hello');
    }
    await transport.close();
  });
});
