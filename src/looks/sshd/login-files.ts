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

/** Lines of sshd_config(5) that matter here, for sed; grep leaves out what has a NUL. */
const LINES = `/^[[:space:]"=]*(include|HostDSAKey|${KEYWORDS.join('|')})/Ip`;

/**
 * Reads the configuration itself. Only where a line names such a file, or the server was started with settings of its own, is
 * `sshd -T` asked which hold, with the options of the server that runs and for the connection of this run, so that `Match`
 * counts. It takes the rights of root; for who has none every line that may be read counts as if it held.
 *
 * Files are read by a program, all of a kind at once: a shell asks the kernel for each byte.
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
newline='
'
# Of what is to be read next, that which was not read before and may be.
pick() {
  files=
  IFS=$newline
  for f in $next; do
    case $seen in *"|$f|"*) continue ;; esac
    seen="$seen|$f|"
    if [ -f "$f" ] && [ -r "$f" ]; then files="$files$newline$f"; fi
  done
  next= depth=$((depth + 1))
  [ -n "$files" ]
}
add() { next="$next$newline$1"; }
seen= depth=0 next=
for s in sshd sudo su doas; do add "/etc/pam.d/$s"; done
while pick && [ $depth -lt 9 ]; do
  # A server does without what some of them show.
  for l in $(sed -e '/^[[:space:]]*#/d' -e /pam_motd/d -e /pam_mail/d -e /pam_lastlog/d $files); do
    unset IFS
    before=
    for w in $l; do
      case $w in
        '#'*) break ;;
        /*) printf 'pam %s\\n' "\${w%]}" ;;
        *=/*) v=\${w#*=}; printf 'pam %s\\n' "\${v%]}" ;;
      esac
      case $before in include | substack | @include)
        case $w in /*) add "$w" ;; *) add "/etc/pam.d/$w" ;; esac ;;
      esac
      before=$w
    done
  done
done
unset IFS`,
      sudoIncludes('/etc/sudoers'),
      sh`[ -n "$sshd" ] || exit 0
line=
for f in /run/sshd.pid /var/run/sshd.pid; do
  if [ -z "$line" ] && [ -r "$f" ] && read -r p <"$f"; then line=$(title "$p") || line=; fi
done
main=${MAIN_FILE} begun= skip= ask= settings=
# One that somebody has made may read another file.
case $sshd in /usr/sbin/sshd | /usr/bin/sshd) ;; *) ask=1 ;; esac
set --
for w in $line; do
  case $w in '[listener]') break ;; esac
  if [ -z "$begun" ]; then case $w in */sshd) begun=1 ;; esac; continue; fi
  # A log that it writes is none of ours.
  case $skip in
    E) skip=; continue ;;
    f) skip=; main=$w ;;
    *) case $w in
      -E) skip=E; continue ;;
      -E*) continue ;;
      -f) skip=f ;;
      -D | -e) ;;
      *) ask=1 ;;
    esac ;;
  esac
  set -- "$@" "$w"
done
[ -r "$main" ] || ask=1
seen= depth=0 next=$main
while pick && [ $depth -lt 17 ]; do
  lines=$(sed -nE ${LINES} $files) || ask=1
  for l in $lines; do
    unset IFS
    l=\${l#"\${l%%[![:space:]\\"=]*}"}
    case $l in
      # What is quoted in another way than here, or has other signs, sshd reads better.
      [Ii][Nn][Cc][Ll][Uu][Dd][Ee]*) case $l in *[!A-Za-z0-9_./*?=[:blank:]-]*) ask=1 ;; esac ;;
      *) ask=1 settings="$settings\${newline}$l"; continue ;;
    esac
    for w in \${l#???????}; do
      case $w in '#'*) break ;; esac
      w=\${w#=}; w=\${w#\\"}; w=\${w%\\"}
      case $w in '') continue ;; /*) ;; *) w=/etc/ssh/$w ;; esac
      printf 'include %s\\n' "$w"
      set +f
      for one in $w; do add "$one"; done
      set -f
    done
  done
done
unset IFS
[ -n "$ask" ] || exit 0`,
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
IFS=$newline
for l in \${said:-$settings}; do printf 'set %s\\n' "$l"; done`,
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
