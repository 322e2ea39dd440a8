import { LookError } from '../../engine/look.ts';
import { formatNetwork, parseNetwork } from '../../net/ip.ts';

/** One rule of ufw as it stands in user.rules (IPv4) or user6.rules (IPv6), addresses in canonical form. */
export interface UfwRule {
  readonly action: UfwAction;
  /** `log` records new connections, `log-all` every packet. */
  readonly log: '' | 'log' | 'log-all';
  /** A rule for packets that pass through the host. */
  readonly routed: boolean;
  /** `any`, `tcp`, `udp`, `esp`, … */
  readonly protocol: string;
  /** `any`, a port, or ports and ranges as ufw writes them: `80,443,8000:8010`. */
  readonly toPort: string;
  /** An address or network; `0.0.0.0/0` or `::/0` for any. */
  readonly to: string;
  readonly fromPort: string;
  readonly from: string;
  /** Application profiles the ports were taken from, or empty. */
  readonly toApp: string;
  readonly fromApp: string;
  readonly direction: 'in' | 'out';
  readonly inInterface: string;
  readonly outInterface: string;
  /** UTF-8 in hex, as ufw keeps it. */
  readonly comment: string;
}

export type UfwAction = 'allow' | 'deny' | 'reject' | 'limit';

const MARKER = '### tuple ###';

/** The lines that hold rules, in order; everything else in the files is derived from them. */
export function tupleLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.startsWith(MARKER));
}

/**
 * Reads a line such as `### tuple ### allow tcp 22 0.0.0.0/0 any 10.0.0.0/8 in_eth0 comment=6f7073`, the way
 * ufw itself does (`_read_rules` of its iptables backend, versions 0.35 to 0.36.2).
 *
 * @throws LookError when ufw could not read it either: it would drop the rule at its next change.
 */
export function parseTuple(line: string, family: 4 | 6): UfwRule {
  const [tuple = '', comment = ''] = line.slice(MARKER.length).trim().split(' comment=');
  const fields = tuple.trim().split(/\s+/);
  const [what = '', protocol = '', toPort = '', to = '', fromPort = '', from = ''] = fields;
  const hasApps = fields.length >= 8;
  const [toApp = '-', fromApp = '-'] = hasApps ? fields.slice(6, 8) : [];
  const direction =
    fields.length === 7 || fields.length === 9 ? parseDirection(fields.at(-1) ?? '') : NO_INTERFACE;
  const action = parseAction(what);
  if (fields.length < 6 || fields.length > 9 || direction === undefined || action === undefined) {
    throw new LookError(`ufw's rule file has a line that cannot be read: ${JSON.stringify(line)}`);
  }
  return {
    ...action,
    protocol,
    toPort: canonicalPorts(toPort),
    to: canonical(to, family),
    fromPort: canonicalPorts(fromPort),
    from: canonical(from, family),
    toApp: appName(toApp),
    fromApp: appName(fromApp),
    ...direction,
    comment: comment.trim(),
  };
}

/** What makes two rules the same one for ufw: everything but the action, the logging and the comment. */
export function ruleIdentity(rule: UfwRule): string {
  const { action: _action, log: _log, comment: _comment, ...identity } = rule;
  return JSON.stringify(identity);
}

type Directions = Pick<UfwRule, 'direction' | 'inInterface' | 'outInterface'>;
const NO_INTERFACE: Directions = { direction: 'in', inInterface: '', outInterface: '' };

/** `in`, `out`, `in_eth0`, `out_eth0`, `in_eth0!out_eth1`. */
function parseDirection(text: string): Directions | undefined {
  if (text === 'in' || text === 'out') return { ...NO_INTERFACE, direction: text };
  const both = /^(in|out)_(.+)!out_(.+)$/.exec(text);
  if (both !== null) return { direction: 'in', inInterface: both[2] ?? '', outInterface: both[3] ?? '' };
  const one = /^(in|out)_(.+)$/.exec(text);
  if (one === null) return undefined;
  const [, direction, name = ''] = one;
  return direction === 'in'
    ? { direction: 'in', inInterface: name, outInterface: '' }
    : { direction: 'out', inInterface: '', outInterface: name };
}

/** `allow`, `deny_log`, `route:limit_log-all`. */
function parseAction(text: string): Pick<UfwRule, 'action' | 'log' | 'routed'> | undefined {
  const match = /^(route:)?(allow|deny|reject|limit)(?:_(log|log-all))?$/.exec(text);
  if (match === null) return undefined;
  return {
    action: match[2] as UfwAction,
    log: (match[3] ?? '') as UfwRule['log'],
    routed: match[1] !== undefined,
  };
}

function canonical(address: string, family: 4 | 6): string {
  const network = parseNetwork(address);
  // A dotted netmask that is no prefix is legal in ufw: left as it is.
  if (network === undefined || network.family !== family) return address;
  return formatNetwork(network);
}

function canonicalPorts(list: string): string {
  return sortPorts(list.split(',')).join(',');
}

/** As ufw sorts ports, by number: what was given as `443,80` is kept as `80,443`. */
export function sortPorts(parts: readonly string[]): readonly string[] {
  const numbers = (part: string): readonly number[] => part.split(':').map(Number);
  return [...parts].sort((a, b) => {
    const [left, right] = [numbers(a), numbers(b)];
    return (left[0] ?? 0) - (right[0] ?? 0) || left.length - right.length || (left[1] ?? 0) - (right[1] ?? 0);
  });
}

function appName(field: string): string {
  return field === '-' ? '' : field.replaceAll('%20', ' ');
}
