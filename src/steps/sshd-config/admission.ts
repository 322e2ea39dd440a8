import { contains, parseNetwork } from '../../net/ip.ts';
import { matchesWildcard } from '../../patterns/wildcard.ts';

/** The login of this run. */
export interface SshLogin {
  readonly user: string;
  /** All groups that the user is in. */
  readonly groups: readonly string[];
  /** Where it comes from, and the host's address and port that took it. */
  readonly client: string;
  readonly server: string;
  readonly port: number;
  /** What it has proven itself by, in OpenSSH's words; none where that is not known: then the new connection tells. */
  readonly methods: readonly string[];
}

/** By keyword in lower case, as `sshd -T` prints it. */
export type EffectiveValues = ReadonlyMap<string, readonly string[]>;

/** What would turn a login away. */
export interface Refusal {
  /** The keyword, in lower case. */
  readonly keyword: string;
  /** "PermitRootLogin no", or what is missing. */
  readonly by: string;
}

/**
 * Proves on paper that sshd would let a login in again, by the rules of sshd_config(5) for each keyword. Undefined: it would.
 *
 * @param now the configuration for the connection as it will be.
 * @param before as it has been: what was otherwise all along (an address that is translated on the way) is not held against it.
 */
export function sshRefusal(
  now: EffectiveValues,
  before: EffectiveValues,
  login: SshLogin,
): Refusal | undefined {
  return (
    byPort(now, before, login) ??
    byUser(now, login) ??
    byRoot(now, login) ??
    byMethod(now, login) ??
    byShell(now, before)
  );
}

function first(values: EffectiveValues, keyword: string): string {
  return values.get(keyword)?.[0]?.toLowerCase() ?? '';
}

function list(values: EffectiveValues, keyword: string): readonly string[] {
  return values.get(keyword)?.flatMap((line) => line.split(' ')) ?? [];
}

function byPort(now: EffectiveValues, before: EffectiveValues, login: SshLogin): Refusal | undefined {
  if (!listens(before, login) || listens(now, login)) return undefined;
  const where = list(now, 'listenaddress').join(', ');
  return {
    keyword: 'listenaddress',
    by: `it would listen at ${where} and no longer at ${login.server} port ${login.port}`,
  };
}

/** `listenaddress 0.0.0.0:22` and `listenaddress [::]:22`; the port is always there. */
function listens(values: EffectiveValues, { server, port }: SshLogin): boolean {
  return list(values, 'listenaddress').some((text) => {
    const [, six, four, at] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)/.exec(text) ?? [];
    if (Number(at) !== port) return false;
    const address = six ?? four ?? '';
    if (address === '0.0.0.0') return !server.includes(':');
    // A socket for :: takes IPv4 as well where the host lets it; sshd asks for IPv6 alone.
    if (address === '::') return server.includes(':');
    const [outer, inner] = [parseNetwork(address), parseNetwork(server)];
    return outer !== undefined && inner !== undefined && contains(outer, inner);
  });
}

/** In sshd's order: DenyUsers, AllowUsers, DenyGroups, AllowGroups. */
function byUser(now: EffectiveValues, login: SshLogin): Refusal | undefined {
  const users = (keyword: string) => list(now, keyword).filter((pattern) => matchesUser(pattern, login));
  const groups = (keyword: string) =>
    list(now, keyword).filter((pattern) => login.groups.some((group) => matchesWildcard(pattern, group)));
  const [denied] = users('denyusers');
  if (denied !== undefined) return { keyword: 'denyusers', by: `DenyUsers ${denied}` };
  const allowed = list(now, 'allowusers');
  if (allowed.length > 0 && users('allowusers').length === 0) {
    return {
      keyword: 'allowusers',
      by: `AllowUsers ${allowed.join(' ')}, which does not name "${login.user}"`,
    };
  }
  const [deniedGroup] = groups('denygroups');
  if (deniedGroup !== undefined) return { keyword: 'denygroups', by: `DenyGroups ${deniedGroup}` };
  const allowedGroups = list(now, 'allowgroups');
  if (allowedGroups.length > 0 && groups('allowgroups').length === 0) {
    const mine = login.groups.join(', ');
    return {
      keyword: 'allowgroups',
      by: `AllowGroups ${allowedGroups.join(' ')}, of which "${login.user}" (${mine}) is in none`,
    };
  }
  return undefined;
}

/** `USER` or `USER@HOST`, where the host may be a pattern or a network. */
function matchesUser(pattern: string, { user, client }: SshLogin): boolean {
  const at = pattern.lastIndexOf('@');
  if (at < 0) return matchesWildcard(pattern, user);
  if (!matchesWildcard(pattern.slice(0, at), user)) return false;
  const host = pattern.slice(at + 1);
  const [outer, inner] = [parseNetwork(host), parseNetwork(client)];
  if (outer !== undefined && inner !== undefined) return contains(outer, inner);
  return matchesWildcard(host, client);
}

function byRoot(now: EffectiveValues, { user, methods }: SshLogin): Refusal | undefined {
  const value = first(now, 'permitrootlogin');
  if (user !== 'root' || value === 'yes' || value === '') return undefined;
  if (value === 'no') return { keyword: 'permitrootlogin', by: 'PermitRootLogin no' };
  if (value === 'forced-commands-only') {
    return { keyword: 'permitrootlogin', by: 'PermitRootLogin forced-commands-only' };
  }
  const secret = methods.find((method) => method === 'password' || method === 'keyboard-interactive');
  return secret === undefined
    ? undefined
    : { keyword: 'permitrootlogin', by: `PermitRootLogin prohibit-password (this run logs in by ${secret})` };
}

/** By method, the keyword that turns it off. */
const SWITCHES: ReadonlyMap<string, readonly [keyword: string, name: string]> = new Map([
  ['publickey', ['pubkeyauthentication', 'PubkeyAuthentication']],
  ['password', ['passwordauthentication', 'PasswordAuthentication']],
  ['keyboard-interactive', ['kbdinteractiveauthentication', 'KbdInteractiveAuthentication']],
  ['gssapi-with-mic', ['gssapiauthentication', 'GSSAPIAuthentication']],
  ['hostbased', ['hostbasedauthentication', 'HostbasedAuthentication']],
]);

function byMethod(now: EffectiveValues, { methods }: SshLogin): Refusal | undefined {
  if (methods.length === 0) return undefined;
  for (const method of methods) {
    const [keyword, name] = SWITCHES.get(method) ?? [];
    if (keyword !== undefined && first(now, keyword) === 'no') {
      return { keyword, by: `${name} no (this run logs in by ${method})` };
    }
  }
  const sets = list(now, 'authenticationmethods').filter((set) => set !== 'any');
  const enough = sets.some((set) => set.split(',').every((one) => methods.includes(one.split(':')[0] ?? '')));
  if (sets.length === 0 || enough) return undefined;
  return {
    keyword: 'authenticationmethods',
    by: `AuthenticationMethods ${sets.join(' ')} (this run logs in by ${methods.join(', ')})`,
  };
}

/** It would be let in, and get something else than its shell. */
function byShell(now: EffectiveValues, before: EffectiveValues): Refusal | undefined {
  if (first(now, 'refuseconnection') === 'yes')
    return { keyword: 'refuseconnection', by: 'RefuseConnection yes' };
  if (first(now, 'maxsessions') === '0') return { keyword: 'maxsessions', by: 'MaxSessions 0' };
  for (const [keyword, name] of [
    ['forcecommand', 'ForceCommand'],
    ['chrootdirectory', 'ChrootDirectory'],
  ] as const) {
    const value = now.get(keyword)?.[0] ?? 'none';
    if (value !== 'none' && value !== (before.get(keyword)?.[0] ?? 'none')) {
      return { keyword, by: `${name} ${value}, where it needs its own shell` };
    }
  }
  const files = list(now, 'authorizedkeysfile');
  const known = list(before, 'authorizedkeysfile');
  if (known.length > 0 && !known.some((file) => files.includes(file))) {
    return {
      keyword: 'authorizedkeysfile',
      by: `AuthorizedKeysFile ${files.join(' ')}: its keys are in ${known.join(' ')}`,
    };
  }
  return undefined;
}
