/**
 * The floor: what the bare connection costs. Connects to every host of the lab at once with plain ssh2, runs
 * one command on each, and ends. Usage: floor.ts HOSTS.json [COMMAND]
 */
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';

interface FloorHost {
  readonly address: string;
  readonly port: number;
}

const [, , file, command = 'true'] = process.argv;
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
      hostVerifier: () => true,
    });
  });
  client.setNoDelay(true);
  const code = await new Promise<number>((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error !== undefined) return reject(error);
      channel.resume();
      channel.stderr.resume();
      channel.once('close', (status: number) => resolve(status));
    });
  });
  client.end();
  if (code !== 0) throw new Error(`${host.address}: status ${code}`);
}

await Promise.all(hosts.map(runOn));
