import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A controller that really runs out of open files, against a real SSH server. */
const SCRIPT = fileURLToPath(new URL('../support/many-connections.ts', import.meta.url));
const HOSTS = 150;

let server: ssh2.Server;
beforeAll(async () => {
  server = new ssh2.Server({ hostKeys: [hostKey()] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (login) => login.accept());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** About one key in 300 that ssh2 makes is one that it cannot read. */
function hostKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

interface Ends {
  readonly counts: Readonly<Record<string, number>>;
  readonly limits: readonly number[];
}

async function withFewFiles(address: string, kind: 'adapting' | 'fixed'): Promise<Ends> {
  const { port } = server.address() as AddressInfo;
  const words = [
    '--import',
    import.meta.resolve('tsx'),
    SCRIPT,
    address,
    String(port),
    String(HOSTS),
    '100',
    kind,
  ];
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -n 60; exec "$@"',
    'sh',
    process.execPath,
    ...words,
  ]);
  return JSON.parse(stdout) as Ends;
}

test.each(['127.0.0.1', 'localhost'])(
  'by %s: the limit falls, and every host is reached',
  async (address) => {
    const { counts, limits } = await withFewFiles(address, 'adapting');
    expect(counts).toEqual({ connected: HOSTS });
    expect(limits[0]).toBe(100);
    expect(Math.min(...limits)).toBeLessThan(60);
    // How far depends on how many files Node itself has open.
    expect(Math.min(...limits)).toBeGreaterThan(0);
  },
);

test('a limit that is given is kept, and what fails says why', async () => {
  const { counts, limits } = await withFewFiles('127.0.0.1', 'fixed');
  expect(limits).toEqual([]);
  const { connected = 0, ...failed } = counts;
  expect(connected).toBeGreaterThan(0);
  expect(Object.keys(failed)).toHaveLength(1);
  expect(Object.keys(failed)[0]).toMatch(/^no connection to 127\.0\.0\.1:\d+ could be opened: .*\(EMFILE\)$/);
});
