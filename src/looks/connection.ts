import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { formatNetwork, parseNetwork } from '../net/ip.ts';
import { FIND_CONNECTION, PROCESS } from '../shell/process.ts';
import { joinShell, sh } from '../shell/quote.ts';

/** This run's way in, as the host sees it: behind a bastion or a translated address that is not our own. */
export type ConnectionAnswer =
  | { readonly known: false }
  | {
      readonly known: true;
      /** Where the connection comes from. */
      readonly client: string;
      /** The host's address and port that took it. */
      readonly server: string;
      readonly port: number;
      /** The network interface towards the client; undefined when the host cannot say. */
      readonly interface: string | undefined;
    };

const connectionKind: HostLookKind<undefined, ConnectionAnswer> = {
  name: 'connection',
  script() {
    return joinShell([
      PROCESS,
      FIND_CONNECTION,
      sh`printf '%s\\n' "$p_connection"
client=\${p_connection%% *}
ip -o route get "\${client%%%*}" 2>/dev/null | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'`,
    ]);
  },
  parse({ stdout }) {
    const [line = '', device = ''] = stdout.toString('utf8').split('\n');
    if (line === '') return [{ known: false }];
    const [client = '', , server = '', port = ''] = line.split(' ');
    const [from, to] = [address(client), address(server)];
    if (from === undefined || to === undefined || !/^\d+$/.test(port)) {
      throw new LookError(
        `SSH_CONNECTION holds ${JSON.stringify(line)}, which is no pair of addresses and ports`,
      );
    }
    // A link-local address names its interface itself.
    const zone = client.split('%')[1] ?? device;
    return [
      {
        known: true,
        client: from,
        server: to,
        port: Number(port),
        interface: zone === '' ? undefined : zone,
      },
    ];
  },
};

/** Asks how this run is connected to the host. */
export function connectionLook(): HostLook<ConnectionAnswer> {
  return hostLook(connectionKind, undefined, '');
}

function address(text: string): string | undefined {
  const network = parseNetwork(text.split('%')[0] ?? '');
  if (network === undefined) return undefined;
  // An IPv4 client on a socket that listens for both is IPv4 on the wire.
  return formatNetwork(network).replace(/^::ffff:(?=\d+\.)/, '');
}
