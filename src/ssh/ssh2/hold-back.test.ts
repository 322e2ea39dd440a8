import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { holdBack } from './hold-back.ts';

const { Client, Server, utils } = ssh2;
const hostKey = utils.generateKeyPairSync('ed25519').private;
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const PACKET = 32 * 1024;
const FILE = randomBytes(5_000_003);

interface Taking {
  /** What has arrived at a command, packet by packet. */
  readonly packets: Buffer[];
}

/**
 * A server that notes what comes. ssh2's grants more when half of a window of 2 MiB is used up; an eager one, like OpenSSH's, by
 * what has been taken.
 */
async function connectTo(eager: number | undefined): Promise<{
  readonly client: ssh2.Client;
  readonly exec: (command: string) => Promise<ssh2.ClientChannel>;
  readonly takings: ReadonlyMap<string, Taking>;
}> {
  const takings = new Map<string, Taking>();
  const server = new Server({ hostKeys: [hostKey] }, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (attempt) => attempt.accept());
    connection.on('session', (accept) =>
      accept().on('exec', (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const { incoming, outgoing } = channel as unknown as {
          readonly incoming: { window: number };
          readonly outgoing: { readonly id: number };
        };
        const { _protocol: protocol } = connection as unknown as {
          readonly _protocol: { channelWindowAdjust(id: number, amount: number): void };
        };
        const grant = (bytes: number): void => {
          incoming.window += bytes;
          protocol.channelWindowAdjust(outgoing.id, bytes);
        };
        const packets: Buffer[] = [];
        takings.set(command, { packets });
        let owed = 0;
        channel.on('data', (packet: Buffer) => {
          packets.push(packet);
          if (eager === undefined) return;
          owed += packet.length;
          while (owed >= eager) {
            grant(eager);
            owed -= eager;
          }
        });
      }),
    );
  });
  ends.push(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new Client();
  ends.push(() => client.destroy());
  const ready = once(client, 'ready');
  const { port } = server.address() as AddressInfo;
  client.connect({ host: '127.0.0.1', port, username: 'root', password: 'x' });
  await ready;
  const exec = (command: string) =>
    new Promise<ssh2.ClientChannel>((resolve, reject) => {
      client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
    });
  return { client, exec, takings };
}

const arrived = (taking: Taking | undefined): number =>
  (taking?.packets ?? []).reduce((sum, { length }) => sum + length, 0);

test('no more than that is under way, a host that grants early gets all, and in full packets', async () => {
  const { client, exec, takings } = await connectTo(100_003);
  const channel = await exec('file');
  // Not a whole number: round trips are none.
  expect(holdBack(client, channel, 300_000.7)).toBeDefined();
  let sent = 0;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, sent - arrived(takings.get('file')));
  }, 0);
  for (; sent < FILE.length; sent += 2 * PACKET) {
    await new Promise<void>((resolve) =>
      channel.write(FILE.subarray(sent, sent + 2 * PACKET), () => resolve()),
    );
  }
  await until(async () => arrived(takings.get('file')) >= FILE.length);
  clearInterval(timer);
  const { packets } = takings.get('file')!;
  expect(Buffer.concat(packets).equals(FILE)).toBe(true);
  expect(packets.slice(0, -1).filter(({ length }) => length !== PACKET)).toEqual([]);
  expect(most).toBeLessThan(600_000);
});

test('a host that grants only when half of the window is used up gets the rest when what was held is given back', async () => {
  const { client, exec, takings } = await connectTo(undefined);
  const channel = await exec('file');
  const giveBack = holdBack(client, channel, 300_000);
  channel.write(FILE);
  await until(async () => arrived(takings.get('file')) > 0);
  await sleep(100);
  const before = arrived(takings.get('file'));
  expect(before).toBeLessThan(600_000);
  giveBack?.();
  giveBack?.();
  await until(async () => arrived(takings.get('file')) >= FILE.length);
  expect(Buffer.concat(takings.get('file')!.packets).equals(FILE)).toBe(true);
});

test('other channels of the connection get what they are granted', async () => {
  const { client, exec, takings } = await connectTo(undefined);
  const held = await exec('held');
  holdBack(client, held, 300_000);
  const other = await exec('other');
  other.write(FILE);
  await until(async () => arrived(takings.get('other')) >= FILE.length);
  expect(arrived(takings.get('held'))).toBe(0);
});

test('where the host takes no more anyway nothing is held', async () => {
  const { client, exec } = await connectTo(undefined);
  const channel = await exec('file');
  expect(holdBack(client, channel, 3_000_000)).toBeUndefined();
  expect(holdBack(client, channel, Number.POSITIVE_INFINITY)).toBeUndefined();
  expect(holdBack(client, {} as never, 1)).toBeUndefined();
  expect(holdBack(new Client(), channel, 1)).toBeUndefined();
});
