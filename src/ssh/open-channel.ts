import type { Client, ClientChannel } from 'ssh2';
import { ConnectionError } from './errors.ts';
import { holdBack } from './ssh2/hold-back.ts';
import type { ChannelOptions, RemoteProcess } from './transport.ts';

/**
 * Opens a channel of ssh2's that runs a command.
 *
 * @param closed resolves when the connection is gone: ssh2 forgets to tell those who wait for a channel.
 */
export async function openChannel(
  client: Client,
  command: string,
  closed: Promise<Error | undefined>,
  room: RemoteProcess['room'],
  { terminal = false }: ChannelOptions = {},
): Promise<RemoteProcess> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    let opened = false;
    void closed.then((cause) => {
      if (opened) return;
      const message = `the connection broke: ${cause?.message ?? 'closed'}`;
      reject(new ConnectionError({ kind: 'lost', message }));
    });
    client.exec(command, terminal ? { pty: true } : {}, (error, channel) => {
      opened = true;
      if (error === undefined) resolve(channel);
      else reject(error);
    });
  });
  // Writing into a channel whose far end is gone is reported by `exited`, not by an uncaught error.
  channel.on('error', () => {});
  const exited = new Promise<number | undefined>((resolve) => {
    channel.once('exit', (code: number | null) => resolve(code ?? undefined));
    channel.once('close', () => resolve(undefined));
    void closed.then(() => resolve(undefined));
  });
  return {
    io: channel,
    stderr: channel.stderr,
    room,
    holdBack: (bytes) => holdBack(client, channel, bytes),
    exited,
  };
}
