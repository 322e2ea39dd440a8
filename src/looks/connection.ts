import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { formatNetwork, parseNetwork } from '../net/ip.ts';
import { sh } from '../shell/quote.ts';

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

/** Sets `c` to `SSH_CONNECTION`, or to nothing where this is no login over SSH. */
export const SSH_CONNECTION = sh`c=\${SSH_CONNECTION-}; p=$$
while [ -z "$c" ] && [ "\${p:-0}" -gt 1 ]; do
  c=$(tr '\\000' '\\n' <"/proc/$p/environ" | sed -n 's/^SSH_CONNECTION=//p') 2>/dev/null
  IFS= read -r s <"/proc/$p/stat" || break
  p=\${s##*) }
  p=\${p#* }
  p=\${p%% *}
done`;

/**
 * `SSH_CONNECTION`, which sshd sets in the login shell (sshd and dropbear alike; see ssh(1), ENVIRONMENT). sudo
 * drops it, so a root shell looks for it in the environment of the processes above it.
 */
const connectionKind: HostLookKind<undefined, ConnectionAnswer> = {
  name: 'connection',
  script() {
    return sh`${SSH_CONNECTION}
printf '%s\\n' "$c"
client=\${c%% *}
ip -o route get "\${client%%%*}" 2>/dev/null | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'`;
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
