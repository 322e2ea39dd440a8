import { type HostLook, type HostLookKind, hostLook, LookError, type Prediction } from '../../engine/look.ts';
import type { Overlay } from '../../engine/overlay.ts';
import { sh } from '../../shell/quote.ts';
import { LISTENER } from './listener.ts';

/** The OpenSSH server of a host. */
export type SshdState =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'present';
      /** The options that the running server was started with; undefined where none is running. */
      readonly options: readonly string[] | undefined;
      /** Something else accepts the connections and starts a server for each, or hands it the socket. */
      readonly socket: string | undefined;
      /** A file that is newer than what the running server has read. */
      readonly outdatedBy: string | undefined;
    };

/** Where Debian, Red Hat, Alpine, Arch and OpenSSH itself have it. */
export const MAIN_FILE = '/etc/ssh/sshd_config';
export const DROP_INS = '/etc/ssh/sshd_config.d';
/** What Debian and Red Hat call the unit that listens in place of the server. */
export const SOCKETS = ['ssh.socket', 'sshd.socket'];

/**
 * A server writes its pid file whenever it has read its configuration: at its start, and after a SIGHUP (sshd(8)). So its time
 * is when that was. The name of the process tells its options.
 *
 * Lines: `present`, `title NAME` of the process, `newer FILE`, `sockets` and the states of both units.
 */
const daemonKind: HostLookKind<undefined, SshdState> = {
  name: 'sshd',
  sameForAll: true,
  script() {
    return sh`command -v sshd >/dev/null 2>&1 || { echo absent; exit 0; }
echo present
${LISTENER}
found=
for f in /run/sshd.pid /var/run/sshd.pid; do
  if [ -r "$f" ] && read -r p <"$f" && t=$(title "$p"); then
    printf 'title %s\\n' "$t"
    found=1
    for c in ${MAIN_FILE} ${DROP_INS} ${DROP_INS}/*.conf; do
      if [ "$c" -nt "$f" ]; then printf 'newer %s\\n' "$c"; break; fi
    done
    break
  fi
done
if [ -z "$found" ]; then
  for d in /proc/[0-9]*; do if t=$(title "\${d#/proc/}"); then printf 'title %s\\n' "$t"; break; fi; done
fi
if [ -d /run/systemd/system ]; then
  printf 'sockets %s\\n' "$(systemctl is-active ${SOCKETS} 2>/dev/null | tr '\\n' ' ')"
fi
exit 0`;
  },
  parse({ stdout }) {
    const lines = stdout.toString('utf8').split('\n');
    if (lines[0] === 'absent') return [{ kind: 'absent' }];
    if (lines[0] !== 'present') throw new LookError('the host does not say whether it has sshd');
    const value = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
    const title = value('title');
    const states = value('sockets')?.split(' ') ?? [];
    return [
      {
        kind: 'present',
        options: title === undefined ? undefined : optionsOf(title),
        socket: SOCKETS.find((_, index) => states[index] === 'active'),
        outdatedBy: value('newer'),
      },
    ];
  },
  predict: predictDaemon,
};

/** Asks for the server, and whether it runs with the configuration that is on the disk. */
export function sshdLook(): HostLook<SshdState> {
  return hostLook(daemonKind, undefined, '');
}

/** `sshd: /usr/sbin/sshd -D -o X=y [listener] 0 of 10-100 startups`: what stands between the program and `[listener]`. */
function optionsOf(title: string): readonly string[] {
  const command = /^(?:sshd: )?(.*?) \[listener\]/.exec(title)?.[1] ?? '';
  return command.split(' ').slice(1);
}

function predictDaemon(_query: undefined, overlay: Overlay): Prediction<SshdState> | undefined {
  const changed = [
    overlay.path(MAIN_FILE) === undefined ? [] : [MAIN_FILE],
    overlay.below(DROP_INS).map(({ path }) => path),
  ]
    .flat()
    .at(0);
  if (changed === undefined) return undefined;
  return {
    adjust: (observed) =>
      observed.kind === 'absent' || observed.options === undefined
        ? observed
        : { ...observed, outdatedBy: changed },
  };
}
