/**
 * The floor for many hosts: plain ssh2 logs in to each, so many at a time, runs `true` and ends. It offers the same
 * algorithms as the tool and, like it, checks each host's key and switches Nagle off.
 *
 * Usage: floor.cjs HOSTS.json
 */
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { ALGORITHMS } from '../../src/ssh/algorithms.ts';

export interface FloorHosts {
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
  readonly keyPath: string;
  readonly knownHosts: string;
  readonly concurrency: number;
}

const { hosts, keyPath, knownHosts, concurrency } = JSON.parse(
  readFileSync(String(process.argv[2]), 'utf8'),
) as FloorHosts;
const privateKey = ssh2.utils.parseKey(readFileSync(keyPath)) as ssh2.ParsedKey;
const known = new Map(
  readFileSync(knownHosts, 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name = '', , key = '']) => [name, Buffer.from(key, 'base64')]),
);

async function runOn({ address, port }: FloorHosts['hosts'][number]): Promise<void> {
  const client = new ssh2.Client();
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({
      host: address,
      port,
      username: 'root',
      authHandler: [{ type: 'publickey', username: 'root', key: privateKey }] as never,
      algorithms: { ...ALGORITHMS, serverHostKey: ['ssh-ed25519'] },
      hostVerifier: (key: Buffer) => known.get(`[${address}]:${port}`)?.equals(key) === true,
    });
  });
  client.setNoDelay(true);
  const code = await new Promise<number>((resolve, reject) => {
    client.exec('true', (error, channel) => {
      if (error !== undefined) return reject(error);
      channel.resume();
      channel.stderr.resume();
      channel.once('exit', (status: number) => resolve(status));
    });
  });
  client.end();
  await closed;
  if (code !== 0) throw new Error(`${address}: status ${code}`);
}

const waiting = [...hosts].reverse();
async function worker(): Promise<void> {
  for (let host = waiting.pop(); host !== undefined; host = waiting.pop()) await runOn(host);
}

Promise.all(Array.from({ length: concurrency }, worker)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(String(error));
    process.exit(1);
  },
);
