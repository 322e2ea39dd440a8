import { type HostLook, type HostLookKind, hostLook, type Prediction } from '../../engine/look.ts';
import type { Overlay } from '../../engine/overlay.ts';
import { FIND_CONNECTION, PROCESS } from '../../shell/process.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { MAIN_FILE } from './daemon.ts';
import { IN_OWN_RUN } from './effective.ts';
import { LISTENER } from './listener.ts';
import { sudoIncludes } from './sudo-includes.ts';

/** What the SSH server and PAM say of the files that a login rests on; as written, with all tokens. */
export interface LoginFiles {
  /** By keyword in lower case. Several of one where sshd could not be asked: then they may hold for others. */
  readonly settings: readonly (readonly [keyword: string, value: string])[];
  /** What `Include` names: paths and patterns, absolute. */
  readonly includes: readonly string[];
  /** What the rules of sudo include, by path: files, and directories of such. */
  readonly sudoers: readonly string[];
  /** What the lines of PAM for the server, and for becoming root, name: modules and their files. */
  readonly pam: readonly string[];
}

/** Those of sshd_config(5) that name files, without which a server does not start or lets a user not in. */
const KEYWORDS = [
  ...[
    'AuthorizedKeysFile',
    'AuthorizedKeysCommand',
    'AuthorizedPrincipalsFile',
    'AuthorizedPrincipalsCommand',
  ],
  ...['TrustedUserCAKeys', 'RevokedKeys', 'HostKey', 'HostCertificate', 'ChrootDirectory'],
];

/**
 * `sshd -T` with the options of the server that runs and for the connection of this run, so that `Match` counts. It takes the
 * rights of root; who has none reads what may be read, and takes every line as if it held. What is included, `sshd -T` does not say.
 *
 * Lines: `set KEYWORD VALUE`, `include PATTERN`, `pam PATH`, `sudoers PATH`.
 */
const loginFilesKind: HostLookKind<string, LoginFiles> = {
  name: 'login files',
  sameForAll: true,
  sameForSame: true,
  steady: true,
  script([user = '']) {
    return joinShell([
      LISTENER,
      sh`set -f
pam() {
  [ -r "$1" ] && [ $depth -lt 9 ] || return 0
  depth=$((depth + 1))
  while read -r l || [ -n "$l" ]; do
    # A server does without what these show.
    case $l in *pam_motd* | *pam_mail* | *pam_lastlog*) continue ;; esac
    before=
    for w in $l; do
      case $w in
        '#'*) break ;;
        /*) printf 'pam %s\\n' "\${w%]}" ;;
        *=/*) w=\${w#*=}; printf 'pam %s\\n' "\${w%]}" ;;
      esac
      case $before in include | substack | @include) case $w in /*) pam "$w" ;; *) pam "/etc/pam.d/$w" ;; esac ;; esac
      before=$w
    done
  done <"$1"
  depth=$((depth - 1))
}
depth=0
for s in sshd sudo su doas; do pam "/etc/pam.d/$s"; done`,
      sudoIncludes('/etc/sudoers'),
      sh`[ -n "$sshd" ] || exit 0
line=
for f in /run/sshd.pid /var/run/sshd.pid; do
  if [ -z "$line" ] && [ -r "$f" ] && read -r p <"$f"; then line=$(title "$p") || line=; fi
done
main=${MAIN_FILE} begun= skip=
set --
for w in $line; do
  case $w in '[listener]') break ;; esac
  if [ -z "$begun" ]; then case $w in */sshd) begun=1 ;; esac; continue; fi
  if [ "$skip" = f ]; then main=$w; fi
  if [ "$skip" = E ]; then skip=; continue; fi
  skip=
  # A log that it writes is none of ours.
  case $w in -E) skip=E; continue ;; -E*) continue ;; -f) skip=f ;; -f*) main=\${w#-f} ;; esac
  set -- "$@" "$w"
done`,
      PROCESS,
      FIND_CONNECTION,
      sh`peer=user=${user},host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22
if [ -n "$p_connection" ]; then
  client=\${p_connection%% *} port=\${p_connection##* } server=\${p_connection#* * }
  server=\${server%% *}
  peer=user=${user},host=\${client%%%*},addr=\${client%%%*},laddr=\${server%%%*},lport=$port
fi
said=$(sshd -T "$@" -C "$peer" 2>&1) || case $said in
  *'Missing privilege separation directory: /run/sshd'*)
    command -v unshare >/dev/null 2>&1 && said=$(unshare -m /bin/sh -c ${IN_OWN_RUN} sh -T "$@" -C "$peer" 2>/dev/null) || said= ;;
  *) said= ;;
esac
include() {
  printf 'include %s\\n' "$1"
  # By now depth is what it was for PAM: nothing.
  [ $depth -lt 16 ] || return 0
  depth=$((depth + 1))
  set +f
  for one in $1; do
    set -f
    if [ -f "$one" ]; then read_config "$one"; fi
  done
  set -f
  depth=$((depth - 1))
}
read_config() {
  [ -r "$1" ] || return 0
  while read -r k v || [ -n "$k" ]; do
    case $k in
      '' | '#'*) continue ;;
      [Ii][Nn][Cc][Ll][Uu][Dd][Ee]*) ;;
      *) [ -n "$said" ] || printf 'set %s %s\\n' "$k" "$v"; continue ;;
    esac
    case $k in *=*) v="\${k#*=} $v" ;; esac
    for w in $v; do
      case $w in '#'*) break ;; = | '') continue ;; esac
      w=\${w#=}; w=\${w#\\"}; w=\${w%\\"}
      case $w in /*) ;; *) w=/etc/ssh/$w ;; esac
      include "$w"
    done
  done <"$1"
}
read_config "$main"
printf '%s\\n' "$said" | while read -r l; do printf 'set %s\\n' "$l"; done`,
    ]);
  },
  parse({ stdout }, users) {
    const lines = stdout.toString('utf8').split('\n');
    const named = (what: string): readonly string[] => [
      ...new Set(lines.flatMap((line) => (line.startsWith(`${what} `) ? [line.slice(what.length + 1)] : []))),
    ];
    const wanted = new Set(KEYWORDS.map((keyword) => keyword.toLowerCase()));
    const settings = named('set').flatMap((line) => {
      const [, word = '', value = ''] = /^"?(\w+)"?[\s=]+(.*)$/.exec(line) ?? [];
      const keyword = word.toLowerCase();
      return wanted.has(keyword) ? [[keyword, value] as const] : [];
    });
    return users.map(() => ({
      settings,
      includes: named('include'),
      sudoers: named('sudoers'),
      pam: named('pam'),
    }));
  },
  predict: touched,
};

/**
 * Asks which files a user's login rests on by the word of the host's own configuration. For one user at a time: there is one that
 * logs in.
 */
export function loginFilesLook(user: string): HostLook<LoginFiles> {
  return hostLook(loginFilesKind, user, user);
}

/** What the host says now is all that is known of it before a change is made; after that it is asked anew. */
function touched(_user: string, overlay: Overlay): Prediction<LoginFiles> | undefined {
  const settings = ['/etc/ssh', '/etc/pam.d', '/etc/sudoers', '/etc/sudoers.d'];
  const isTouched = settings.some(
    (tree) => overlay.path(tree) !== undefined || overlay.below(tree).length > 0,
  );
  return isTouched ? { adjust: (observed) => observed } : undefined;
}
