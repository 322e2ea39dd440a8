import { isIP } from 'node:net';
import { type HostLook, type HostLookKind, hostLook, LookError } from '../engine/look.ts';
import { joinShell, sh } from '../shell/quote.ts';

/** Can the host open a TCP connection to there? */
export interface ReachQuery {
  /** Name or address, as the host resolves it. */
  readonly host: string;
  readonly port: number;
  /** Seconds. */
  readonly timeout: number;
}

export type Reach =
  | { readonly reached: true }
  /** `no-tool`: the host has none of bash, nc, python3 and perl. */
  | { readonly reached: false; readonly why: 'failed' | 'no-tool'; readonly said: string };

const PYTHON =
  'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))';
const PERL =
  'use IO::Socket::IP; IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1], Timeout => $ARGV[2]) or die "$@\\n"';

/**
 * `try NUMBER HOST PORT SECONDS` writes one line when it is done: `NUMBER ok`, `NUMBER failed WHY` or
 * `NUMBER no-tool`. It takes the first tool that is there and able: bash (where it was built with /dev/tcp), nc
 * with -z, python3, perl, the nc of busybox.
 */
const FUNCTIONS = sh`have() { command -v "$1" >/dev/null 2>&1; }
limited() { t=$1; shift; if timeout 5 true 2>/dev/null; then timeout "$t" "$@"; else "$@"; fi; }
tool=none
if have bash && ! bash -c 'exec 3</dev/tcp/127.0.0.1/0' 2>&1 | grep -q 'No such file'; then tool=bash
elif have nc && nc -h 2>&1 | grep -q -e ' -[a-zA-Z]*z'; then tool=nc
elif have python3; then tool=python3
elif have perl && perl -MIO::Socket::IP -e 1 2>/dev/null; then tool=perl
elif have nc && nc --help 2>&1 | grep -q -e '-e PROG'; then tool=busybox
fi
connect() {
  case $tool in
    bash) limited "$3" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" ;;
    nc) limited "$3" nc -z -w "$3" "$1" "$2" ;;
    python3) limited "$3" python3 -c ${PYTHON} "$1" "$2" "$3" ;;
    perl) limited "$3" perl -e ${PERL} "$1" "$2" "$3" ;;
    busybox) limited "$3" nc -w "$3" "$1" "$2" -e true ;;
  esac
}
try() {
  if [ $tool = none ]; then printf '%s no-tool\\n' "$1"; return 0; fi
  if said=$(connect "$2" "$3" "$4" 2>&1); then printf '%s ok\\n' "$1"; return 0; else rc=$?; fi
  case $rc in 124|143) said='no answer in time' ;; esac
  printf '%s failed %s\\n' "$1" "$(printf '%s' "$said" | tail -n 1)"
}`;

/** Asks whether the host can open a TCP connection. All are tried at the same time. */
export function reachLook(query: ReachQuery): HostLook<Reach> {
  return hostLook(reachKind, query, `${query.host}:${query.port}:${query.timeout}`);
}

/** The words of the tools for a name that means nothing; bash alone has none of its own. */
const UNRESOLVED =
  /: Invalid argument$|Name or service not known|nodename nor servname|name resolution|bad address|getaddrinfo|not known/i;

const reachKind: HostLookKind<ReachQuery, Reach> = {
  name: 'reach',
  // The longest that the schema of the assert step allows, and some room.
  timeout: 90,
  script: (queries) =>
    joinShell([
      FUNCTIONS,
      ...queries.map(({ host, port, timeout }, index) => sh`try ${index} ${host} ${port} ${timeout} &`),
      sh`wait`,
    ]),
  parse({ stdout }, queries) {
    const lines = stdout.toString('utf8').split('\n');
    return queries.map((query, index) => {
      const line = lines.find((one) => one.startsWith(`${index} `)) ?? '';
      const [, what, said = ''] = /^\d+ (ok|failed|no-tool) ?(.*)$/.exec(line) ?? [];
      if (what === 'ok') return { reached: true };
      if (what === 'no-tool') return { reached: false, why: what, said };
      if (what === 'failed') {
        const why =
          isIP(query.host) === 0 && UNRESOLVED.test(said)
            ? `the name ${query.host} cannot be resolved on the host`
            : said;
        return { reached: false, why: what, said: why };
      }
      throw new LookError('a connection from the host could not be tried');
    });
  },
};
