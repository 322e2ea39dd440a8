import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { hopText } from '../../src/inventory/hop.ts';
import { readSshConfig } from '../../src/ssh/config/read.ts';
import { expandPath, hostNameOf, type TokenValues } from '../../src/ssh/config/tokens.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields that are read here, from what `ssh -G` prints. */
export function fromSsh(printed: string): Fields {
  const lines = printed.split('\n').map((line) => /^(\S+) (.*)$/s.exec(line));
  const all = (name: string) => lines.flatMap((line) => (line?.[1] === name ? [line[2]!] : []));
  const one = (name: string) => all(name)[0];
  return {
    hostname: one('hostname'),
    user: one('user'),
    port: Number(one('port')),
    identityFiles: all('identityfile'),
    certificateFiles: all('certificatefile'),
    identitiesOnly: one('identitiesonly'),
    identityAgent: one('identityagent'),
    // With a comment behind it 9.2 takes "none" for a host.
    jump: one('proxyjump')?.replace(/^none$/, '') || undefined,
    proxyCommand: one('proxycommand'),
    userKnownHosts: one('userknownhostsfile'),
    globalKnownHosts: one('globalknownhostsfile'),
    connectTimeout: one('connecttimeout'),
    serverAliveInterval: one('serveraliveinterval'),
    serverAliveCountMax: one('serveralivecountmax'),
    hostKeyAlias: one('hostkeyalias'),
    strictHostKeyChecking: one('stricthostkeychecking'),
    addressFamily: one('addressfamily'),
  };
}

const STRICT = { yes: 'true', ask: 'ask', 'accept-new': 'accept-new', no: 'false' };
const DEFAULT_KEYS = ['rsa', 'ecdsa', 'ecdsa_sk', 'ed25519', 'ed25519_sk', 'xmss', 'dsa'];

/** The same from our own reading, where this is the user's home. */
export function fromUs(file: string, host: string, home: string): Fields | undefined {
  const localUser = userInfo().username;
  const { config, diagnostics } = readSshConfig({ file, home, localUser });
  if (diagnostics.length > 0) {
    for (const { file: at, range } of diagnostics) expect(at !== undefined && range !== undefined).toBe(true);
    return undefined;
  }
  const { values } = config.lookup(host);
  const named = hostNameOf(values.hostName ?? '%h', host);
  if (!('text' in named)) return undefined;
  const hostname = named.text;
  const alias = values.hostKeyAlias?.toLowerCase();
  const user = values.user ?? localUser;
  const port = values.port ?? 22;
  const lower = hostname.toLowerCase();
  const tokens = {
    home: userInfo().homedir,
    host: lower,
    original: host,
    keyName: alias ?? host,
    port,
    user,
    localUser,
  };
  const known = values.userKnownHosts?.map((path) => {
    const expanded = expandPath(path, tokens, { ...process.env, HOME: home });
    return 'text' in expanded ? expanded.text : 'wrong';
  });
  if (known?.includes('wrong')) return undefined;
  const agent = agentOf(values.identityAgent, tokens, home);
  if (agent === null) return undefined;
  const { jump, proxyCommand } = values;
  const hops = typeof jump === 'object' ? jump.map(hopText).join(',') : undefined;
  const system = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];
  return {
    hostname: lower,
    user,
    port,
    identityFiles: values.identityFiles ?? DEFAULT_KEYS.map((type) => `~/.ssh/id_${type}`),
    certificateFiles: values.certificateFiles ?? [],
    identitiesOnly: values.identitiesOnly === true ? 'yes' : 'no',
    identityAgent: agent,
    jump: hops,
    proxyCommand: jump === undefined && proxyCommand?.toLowerCase() !== 'none' ? proxyCommand : undefined,
    userKnownHosts:
      known?.join(' ') ?? ['', '2'].map((end) => join(tokens.home, `.ssh/known_hosts${end}`)).join(' '),
    globalKnownHosts: (values.globalKnownHosts ?? system).join(' '),
    connectTimeout: String(values.connectTimeout ?? 'none'),
    serverAliveInterval: String(values.serverAliveInterval ?? 0),
    serverAliveCountMax: String(values.serverAliveCountMax ?? 3),
    hostKeyAlias: alias,
    strictHostKeyChecking: STRICT[values.strictHostKeyChecking ?? 'ask'],
    addressFamily: values.addressFamily ?? 'any',
  };
}

/** Null where it cannot be told. */
function agentOf(agent: string | undefined, tokens: TokenValues, home: string): string | null | undefined {
  if (agent === undefined || /^\$[^{]|^none$|^SSH_AUTH_SOCK$/.test(agent)) return agent;
  const expanded = expandPath(agent, tokens, { ...process.env, HOME: home });
  return 'text' in expanded ? expanded.text : null;
}
