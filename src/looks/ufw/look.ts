import { type HostLook, type HostLookKind, hostLook, LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';
import { parseTuple, tupleLines, type UfwRule } from './rule.ts';
import { runningState, type UfwRunning } from './running.ts';

export type UfwPolicy = 'allow' | 'deny' | 'reject';
export type UfwDirection = 'incoming' | 'outgoing' | 'routed';

/** ufw on a host: its configuration, and whether the kernel has it loaded. */
export interface UfwState {
  readonly kind: 'present';
  /** ENABLED in ufw.conf: on from boot to boot. */
  readonly enabled: boolean;
  readonly running: UfwRunning;
  readonly policies: Readonly<Record<UfwDirection, UfwPolicy>>;
  /** `off`, `low`, `medium`, `high`, `full`, or what the host has instead. */
  readonly logging: string;
  /** ufw keeps IPv6 rules: IPV6=yes, and the kernel has IPv6. */
  readonly ipv6: boolean;
  readonly rules: UfwRuleSet;
  /** The rule lines as they stand in the files, to notice when somebody else changes them meanwhile. */
  readonly lines: { readonly v4: readonly string[]; readonly v6: readonly string[] };
}

/** In the order in which they match. Empty for IPv6 when ufw does not use it. */
export interface UfwRuleSet {
  readonly v4: readonly UfwRule[];
  readonly v6: readonly UfwRule[];
}

export type UfwAnswer =
  | UfwState
  | { readonly kind: 'absent' }
  /** The acting user may not read ufw's files. */
  | { readonly kind: 'denied' }
  | { readonly kind: 'damaged'; readonly missing: string };

const DEFAULTS = '/etc/default/ufw';
const CONF = '/etc/ufw/ufw.conf';
const RULES = '/etc/ufw/user.rules';
const RULES6 = '/etc/ufw/user6.rules';
const FILES = [DEFAULTS, CONF, RULES, RULES6] as const;
/** The lines that are of use. */
const LINES =
  '^(=|yes|no|[0-9]+)$|^([A-Za-z0-9_]+=|### tuple ###|-A ufw6?-(user|reject)-(input|output|forward) |-P |-N ufw6?-user-input|-A (INPUT|OUTPUT|FORWARD) -j ufw|-A ufw6?-before-[a-z]+ -j ufw6?-user-)';
/** What `grep` calls its standard input. */
const PIPE = '(standard input)';

/**
 * Reads ufw's own files, and proves with `iptables -S` that the kernel holds them: about 8 ms. (`ufw status`
 * is a Python program: 90 ms, and it is silent about rules while ufw is inactive.)
 *
 * The first line says `absent`, `denied`, `missing FILE` or `present`. One `grep` reads the files and the kernel's answers
 * and keeps what is of use, each line with the name of its file. What has no file comes last, in three sections, each
 * ended by a line `=`: whether the kernel has IPv6, and for each address family the listing and the tool's exit status. (Not
 * by the mark: every user would see it among the arguments of `grep`.)
 */
const ufwKind: HostLookKind<undefined, UfwAnswer> = {
  name: 'ufw',
  inShell: true,
  sameForAll: true,
  sameForSame: true,
  script() {
    return sh`command -v ufw >/dev/null 2>&1 || { echo absent; return 0; }
for f in ${FILES}; do
  [ -e "$f" ] || { [ -x /etc/ufw ] && echo "missing $f" || echo denied; return 0; }
  [ -r "$f" ] || { echo denied; return 0; }
done
echo present
live() { "$1" -w 5 -S 2>/dev/null; printf '%s\\n=\\n' $?; }
{
  [ -e /proc/sys/net/ipv6 ] && echo yes || echo no
  echo =
  live iptables
  live ip6tables
} | grep -HE ${LINES} ${FILES} -`;
  },
  parse({ stdout }) {
    const text = stdout.toString('utf8');
    const end = text.indexOf('\n');
    const verdict = text.slice(0, end);
    if (verdict === 'absent' || verdict === 'denied') return [{ kind: verdict }];
    if (verdict.startsWith('missing ')) return [{ kind: 'damaged', missing: verdict.slice(8) }];
    const read = verdict === 'present' ? readLines(text.slice(end + 1)) : undefined;
    if (read === undefined) throw new LookError("ufw's files could not be read");
    return [readState(read)];
  },
  predict(_query, overlay) {
    for (const path of [...FILES, '/usr/sbin/ufw']) {
      if (overlay.path(path) === undefined) continue;
      return { unknown: `an earlier step changes ${path}: what ufw makes of it is known only after that` };
    }
    return undefined;
  },
};

/** Asks for everything about ufw. */
export function ufwLook(): HostLook<UfwAnswer> {
  return hostLook(ufwKind, undefined, '');
}

/** What the host said, by where it was read. */
interface Read {
  /** The lines of both settings files. */
  readonly settings: string;
  readonly file4: string;
  readonly file6: string;
  readonly kernel6: string;
  readonly live4: string;
  readonly live6: string;
}

function readLines(text: string): Read | undefined {
  const files = new Map<string, string>();
  for (const line of text.split('\n')) {
    const file = FILES.find((name) => line.startsWith(`${name}:`)) ?? PIPE;
    if (line !== '' && !line.startsWith(`${file}:`)) return undefined;
    if (line !== '') files.set(file, `${files.get(file) ?? ''}${line.slice(file.length + 1)}\n`);
  }
  const of = (file: string): string => files.get(file) ?? '';
  const [kernel6 = '', live4 = '', live6 = '', rest] = of(PIPE).split(/^=\n/m);
  if (rest !== '') return undefined;
  const settings = `${of(DEFAULTS)}${of(CONF)}`;
  return { settings, file4: of(RULES), file6: of(RULES6), kernel6, live4, live6 };
}

function readState(read: Read): UfwState {
  const { file4, file6, live4, live6 } = read;
  const settings = readSettings(read.settings);
  const ipv6 = settings.get('ipv6') === 'yes' && read.kernel6.trim() === 'yes';
  const lines = { v4: tupleLines(file4), v6: ipv6 ? tupleLines(file6) : [] };
  return {
    kind: 'present',
    enabled: settings.get('enabled') === 'yes',
    running: runningState(
      { file: file4, listing: readListing(live4) },
      { file: file6, listing: readListing(live6), inUse: ipv6 },
      {
        INPUT: policyTarget(settings, 'input'),
        OUTPUT: policyTarget(settings, 'output'),
        FORWARD: policyTarget(settings, 'forward'),
      },
    ),
    policies: {
      incoming: POLICIES[policyTarget(settings, 'input')],
      outgoing: POLICIES[policyTarget(settings, 'output')],
      routed: POLICIES[policyTarget(settings, 'forward')],
    },
    logging: settings.get('loglevel') ?? 'unset',
    ipv6,
    rules: {
      v4: lines.v4.map((line) => parseTuple(line, 4)),
      v6: lines.v6.map((line) => parseTuple(line, 6)),
    },
    lines,
  };
}

/** `NAME="value"` in both files, the later one wins, all in lower case: as ufw reads them. */
function readSettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name = '', value] = line.trim().toLowerCase().split('=');
    if (value !== undefined) settings.set(name, value.replaceAll(/^["']+|["']+$/g, ''));
  }
  return settings;
}

const POLICIES = { ACCEPT: 'allow', DROP: 'deny', REJECT: 'reject' } as const;

function policyTarget(settings: ReadonlyMap<string, string>, chain: string): keyof typeof POLICIES {
  const found = settings.get(`default_${chain}_policy`)?.toUpperCase();
  if (found === 'ACCEPT' || found === 'DROP' || found === 'REJECT') return found;
  throw new LookError(`${DEFAULTS} has no valid DEFAULT_${chain.toUpperCase()}_POLICY`);
}

function readListing(section: string): string | undefined {
  return section === '0\n' || section.endsWith('\n0\n') ? section.slice(0, -2) : undefined;
}
