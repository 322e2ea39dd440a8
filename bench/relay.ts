/**
 * A long way to hosts that are near: takes connections on ports of its own and passes them on to the hosts, each byte
 * half a round trip late, in order. A process of its own, so that nothing else delays it. It ends with its standard input.
 *
 * What it does not model: bandwidth, loss, TCP's slow start. Timers add up to a millisecond to each way. Without
 * `window` a connection may have any number of bytes under way, as on a link whose kernel buffers were raised to fit.
 *
 * Usage: relay.ts '{"roundTrip": 50, "window": 4194304, "hosts": [{"address": "10.0.0.2", "port": 22}]}'
 * Prints the ports it listens on, in the order of the hosts, as one line of JSON; then, for each connection whose
 * near end has nothing more to say, a line with the number of round trips it made.
 */
import { type AddressInfo, createServer } from 'node:net';
import { joinOverLink } from './relay/link.ts';

interface RelayRequest {
  /** Milliseconds there and back. */
  readonly roundTrip: number;
  /** Bytes under way in each direction of a connection. Default: any number. */
  readonly window?: number;
  readonly hosts: readonly { readonly address: string; readonly port: number }[];
}

function counted(trips: number): void {
  process.stdout.write(`${trips}\n`);
}

async function listen(host: RelayRequest['hosts'][number], request: RelayRequest): Promise<number> {
  const { roundTrip, window = Number.POSITIVE_INFINITY } = request;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) =>
    joinOverLink(near, { ...host, roundTrip, window, counted }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

const request = JSON.parse(String(process.argv[2])) as RelayRequest;
const ports = await Promise.all(request.hosts.map((host) => listen(host, request)));
process.stdout.write(`${JSON.stringify(ports)}\n`);
process.stdin.resume().once('end', () => process.exit(0));
