/**
 * The floor: what the bare connection costs. Connects to every host of the lab at once with plain ssh2, runs one
 * command on each, and ends. It offers the same algorithms as the tool, and like it switches Nagle off.
 *
 * Bundled to plain JavaScript and started by itself (bundle-floor.ts), so that it loads as little as it can.
 * Usage: floor.cjs HOSTS.json COMMAND [EXPECTED]; every host must print EXPECTED somewhere.
 */
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { ALGORITHMS } from '../../src/ssh/algorithms.ts';

interface FloorHost {
  readonly address: string;
  readonly port: number;
}

const [, , file, command = 'true', expected = ''] = process.argv;
const { hosts, keyPath } = JSON.parse(readFileSync(String(file), 'utf8')) as {
  hosts: readonly FloorHost[];
  keyPath: string;
};
const privateKey = readFileSync(keyPath);

async function runOn(host: FloorHost): Promise<void> {
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({
      host: host.address,
      port: host.port,
      username: 'root',
      privateKey,
      algorithms: ALGORITHMS,
      hostVerifier: () => true,
    });
  });
  client.setNoDelay(true);
  const chunks: Buffer[] = [];
  const code = await new Promise<number>((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      let status = Number.NaN;
      channel.on('data', (chunk: Buffer) => chunks.push(chunk));
      channel.stderr.resume();
      channel.once('exit', (told: number) => {
        status = told;
      });
      channel.once('close', () => resolve(status));
    });
  });
  client.end();
  if (code !== 0) throw new Error(`${host.address}: status ${code}`);
  if (!Buffer.concat(chunks).includes(expected))
    throw new Error(`${host.address}: did not print ${expected}`);
}

Promise.all(hosts.map(runOn)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(String(error));
    process.exit(1);
  },
);
