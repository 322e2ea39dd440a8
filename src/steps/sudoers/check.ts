import { type HostLook, type HostLookKind, hostLook, LookError } from '../../engine/look.ts';
import { cutText } from '../../secrets/cut-text.ts';
import { type Shell, sh } from '../../shell/quote.ts';

export interface CheckQuery {
  readonly name: string;
  readonly content: string;
}

/** Asks `visudo` what it thinks of a file before there is one: nothing is written for it. */
const checkKind: HostLookKind<CheckQuery, string | undefined> = {
  name: 'sudoers check',
  script(queries) {
    const parts = queries.map(
      ({ name, content }) => sh`
if said=$( (${checkScript(name, sh`printf '%s' ${content}`)}) 2>&1 ); then echo right; else echo wrong; fi
printf '%s\\n%s\\n' "$said" "$MARK"`,
    );
    return sh`${parts}`;
  },
  parse({ stdout, mark }, queries) {
    const sections = stdout.toString('utf8').split(`\n${mark}\n`);
    if (sections.length !== queries.length + 1) throw new LookError('visudo gave no answer');
    return queries.map((_, index) => {
      const [verdict, ...said] = sections[index]?.split('\n') ?? [];
      return verdict === 'right' ? undefined : firstLine(said);
    });
  },
};

/** What `visudo` says against a file of this name and content; undefined when it is fine. */
export function sudoersCheckLook(name: string, content: string): HostLook<string | undefined> {
  return hostLook(checkKind, { name, content }, `${name}:${content}`);
}

/**
 * Fails with visudo's words on standard error when a file is wrong, by itself or together with the others: an
 * alias that two files define makes sudo complain about both. What was broken before does not count.
 *
 * @param content prints the new file.
 */
export function checkScript(name: string, content: Shell): Shell {
  return sh`
others() {
  sed 's/^[#@]includedir[[:space:]].*//' /etc/sudoers
  for f in /etc/sudoers.d/*; do
    case \${f##*/} in ${name} | *.* | *~) continue ;; esac
    if [ -f "$f" ]; then cat -- "$f"; echo; fi
  done
}
if ! said=$(${content} | visudo -c -f - 2>&1 >/dev/null); then printf '%s\\n' "$said" >&2; exit 1; fi
if ! said=$({ others; ${content}; } | visudo -c -f - 2>&1 >/dev/null); then
  if others | visudo -c -f - >/dev/null 2>&1; then
    printf '%s\\n' "$said" | sed '1s/^stdin:[0-9]*:\\([0-9]*:\\)*/together with the other files:/' >&2; exit 1
  fi
fi`;
}

/** visudo names standard input and its own lines; the line is enough. */
function firstLine(said: readonly string[]): string {
  const line = said.find((one) => one.trim() !== '') ?? 'visudo refuses it and does not say why';
  return cutText(line.replace(/^(?:>>> )?(?:visudo: )?stdin:(\d+)(?::\d+)?:\s*/, 'line $1: '), 300);
}
