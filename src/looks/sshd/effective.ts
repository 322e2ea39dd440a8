import { type HostLook, type HostLookKind, hostLook, LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';

export interface EffectiveQuery {
  /** A whole configuration. */
  readonly text: string;
  /** Options for sshd besides. */
  readonly options: readonly string[];
  /** The connection for which `Match` is judged, as `-C` of sshd(8) takes it. */
  readonly connection: string;
}

export type Effective =
  /** By keyword in lower case; those that take several lines have several values. */
  | { readonly ok: true; readonly values: ReadonlyMap<string, readonly string[]> }
  /** What sshd says against it, and the lines that it names. */
  | { readonly ok: false; readonly said: readonly { readonly line?: number; readonly message: string }[] };

/**
 * Where systemd listens for it, sshd's empty directory goes with the last connection, and without it sshd judges nothing. It
 * gets one in a namespace of mounts of its own, so that the host sees nothing of that.
 */
export const IN_OWN_RUN = 'mount -t tmpfs -o mode=755 tmpfs /run && mkdir -m 755 /run/sshd && exec sshd "$@"';

/**
 * What sshd makes of a configuration that is in no file: `sshd -T` reads it from a pipe, and nothing is written. For each
 * query: what it has printed, the mark, what it has complained about, the mark, its exit status, the mark.
 */
const effectiveKind: HostLookKind<EffectiveQuery, Effective> = {
  name: 'sshd effective',
  sameForAll: true,
  script(queries) {
    const parts = queries.map(
      ({ text, options, connection }) => sh`
said=$(printf '%s' ${text} | sshd -T -f /dev/stdin ${options} -C ${connection} 2>&1 >&3); rc=$?
case $said in *'Missing privilege separation directory: /run/sshd'*)
  if command -v unshare >/dev/null 2>&1; then
    said=$(printf '%s' ${text} | unshare -m /bin/sh -c ${IN_OWN_RUN} sh -T -f /dev/stdin ${options} -C ${connection} 2>&1 >&3); rc=$?
  fi ;;
esac
printf '%s\\n%s\\n%s\\n%s\\n' "$MARK" "$said" "$MARK" "$rc"`,
    );
    return sh`exec 3>&1${parts}`;
  },
  parse({ stdout, mark }, queries) {
    const sections = stdout.toString('latin1').split(`${mark}\n`);
    if (sections.length !== queries.length * 2 + 1) throw new LookError('sshd gave no answer');
    return queries.map((_, index) => {
      const rest = (place: number): string => {
        const section = sections[index * 2 + place] ?? '';
        // What stands before is the exit status of the query before.
        return place === 0 && index > 0 ? section.slice(section.indexOf('\n') + 1) : section;
      };
      const code = (sections[index * 2 + 2] ?? '').split('\n')[0];
      return code === '0'
        ? { ok: true, values: valuesOf(rest(0)) }
        : { ok: false, said: complaints(rest(1)) };
    });
  },
};

/** Asks sshd what a configuration comes to for a connection. */
export function effectiveLook(query: EffectiveQuery): HostLook<Effective> {
  return hostLook(effectiveKind, query, JSON.stringify([query.text, query.options, query.connection]));
}

function valuesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [keyword = ''] = line.split(' ', 1);
    const list = values.get(keyword) ?? [];
    list.push(line.slice(keyword.length + 1));
    values.set(keyword, list);
  }
  return values;
}

/** `/dev/stdin line 2: unsupported option "x".` and `/dev/stdin: line 1: Bad configuration option: Foo`. */
function complaints(text: string): { readonly line?: number; readonly message: string }[] {
  // sshd ends its lines as a terminal wants them.
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/terminating, \d+ bad/.test(line));
  if (lines.length === 0) return [{ message: 'it does not say why' }];
  return lines.map((one) => {
    const [, line, message] = /^\/dev\/stdin:? line (\d+):? ?(.*)$/.exec(one) ?? [];
    return line === undefined ? { message: one } : { line: Number(line), message: message ?? '' };
  });
}
