import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { hopText } from '../../inventory/hop.ts';
import { readSshConfig } from './read.ts';
import { expandPath, hostNameOf, type TokenValues } from './tokens.ts';

/** What OpenSSH itself makes of a file (`ssh -G`) is the yardstick. */
const home = mkdtempSync(join(tmpdir(), 'ssh-config-'));
mkdirSync(join(home, '.ssh'), { mode: 0o700 });
afterAll(() => rmSync(home, { recursive: true }));
/** Without it the same files each time; with it so many, and others. */
const MANY = process.env.PROVISION_FUZZ_RUNS;
const RUNS = Number(MANY ?? 150);

/** The fields that are read here, as `ssh -G` prints them; undefined where it refuses the file. */
function fromSsh(file: string, host: string): Record<string, unknown> | undefined {
  const ran = spawnSync('ssh', ['-G', '-F', file, host], {
    encoding: 'utf8',
    env: { ...process.env, HOME: home },
  });
  // A host that is its own jump host is reached directly here.
  fc.pre(!ran.stderr.includes('jumphost loop'));
  if (ran.status !== 0) return undefined;
  const lines = ran.stdout.split('\n').map((line) => /^(\S+) (.*)$/s.exec(line));
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

/** The same from our own reading. */
function fromUs(file: string, host: string): Record<string, unknown> | undefined {
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
  const agent = agentOf(values.identityAgent, tokens);
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
function agentOf(agent: string | undefined, tokens: TokenValues): string | null | undefined {
  if (agent === undefined || /^\$[^{]|^none$|^SSH_AUTH_SOCK$/.test(agent)) return agent;
  const expanded = expandPath(agent, tokens, { ...process.env, HOME: home });
  return 'text' in expanded ? expanded.text : null;
}

const pick = (...values: readonly string[]) => fc.constantFrom(...values);
const pattern = pick(
  '*',
  'web*',
  'web01',
  'db?',
  '!web02',
  '*.x',
  '!*',
  'Web01',
  '10.0.0.*',
  'web01,db1',
  'a',
  '',
  '"web01"',
);
const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
const listed = fc
  .array(pick('*', 'web*', 'WEB01', '!web02', 'web01.x', 'root', 'ops', '*.X'), {
    minLength: 1,
    maxLength: 3,
  })
  .map((list) => list.join(','));

const criterion = fc.oneof(
  pick('all', '!all', 'host', 'user', '# nothing', 'bogus x', '!canonical'),
  fc
    .tuple(
      pick('host', 'Host', 'originalhost', 'user', 'localuser', '!host', '!user', '!originalhost'),
      pick(' ', '=', '  '),
      listed,
    )
    .map((parts) => parts.join('')),
);

const value = fc.oneof(
  pick(
    'web01',
    '%h.x',
    'ops',
    '22',
    '2222',
    '0',
    '65536',
    '+23',
    'ssh',
    'yes',
    'no',
    'True',
    'off',
    'ask',
    'accept-new',
    'none',
    'NONE',
    '1m30',
    '2H',
    '10s',
    '5x',
  ),
  pick(
    '"a b"',
    "'a b'",
    'a\\ b',
    'a\\"b',
    '"a',
    '"a" b',
    'a b',
    'a#b',
    'a # b',
    '# b',
    '""',
    '%%',
    '%d/k',
    '%h-%r',
    '%k',
    '%n',
    '%p',
    '%u',
    '%z',
    '~/k',
    '/k',
    `\${HOME}/k`,
    '$FOO',
    '$',
    '${',
  ),
  pick(
    'jump',
    'ops@jump:2222',
    'a,b@c:1,d',
    'ssh://a@b:1/',
    'ssh://b',
    '[::1]:22',
    'a:b',
    '@a',
    'a,',
    ',a',
    'a b',
    'nc %h %p',
    'nc "%h" # x',
    'any',
    'inet',
    'inet6',
    'a\tb',
  ),
);

const keyword = pick(
  'HostName',
  'hostname',
  'User',
  'Port',
  'IdentityFile',
  'IdentitiesOnly',
  'IdentityAgent',
  'ProxyJump',
  'PROXYCOMMAND',
  'UserKnownHostsFile',
  'GlobalKnownHostsFile',
  'ConnectTimeout',
  'ServerAliveInterval',
  'ServerAliveCountMax',
  'HostKeyAlias',
  'StrictHostKeyChecking',
  'AddressFamily',

  'NoSuchOption',
  'IdentityFile2',
  'CertificateFile',
);

/** Options with a value that is right: without enough of them nearly every file would be refused. */
const sound = fc.oneof(
  pick(
    'HostName web02',
    'HostName %h.x',
    'HostName 10.0.0.%%',
    'User ops',
    'User root',
    'Port 2222',
    'Port 22',
    'IdentitiesOnly yes',
  ),
  pick(
    'IdentityFile ~/.ssh/a',
    'IdentityFile "/a b/%h"',
    'IdentityFile none',
    'IdentityAgent $FOO',
    'IdentityAgent none',
    'IdentityAgent ~/agent',
  ),
  pick(
    'ProxyJump a',
    'ProxyJump ops@b:23,c',
    'ProxyJump none',
    'ProxyCommand none',
    'ProxyCommand nc %h %p',
    'ProxyJump ssh://x@y:24 # z',
  ),
  pick(
    'UserKnownHostsFile ~/a /b/%h-%k',
    'UserKnownHostsFile none',
    'GlobalKnownHostsFile /g ~/h',
    'GlobalKnownHostsFile none',
    `UserKnownHostsFile /a/\${NO_SUCH_VARIABLE}`,
  ),
  pick(
    'ConnectTimeout 1m',
    'ConnectTimeout none',
    'ServerAliveInterval 15',
    'ServerAliveCountMax 5',
    'HostKeyAlias Alias',
    'StrictHostKeyChecking off',
    'StrictHostKeyChecking accept-new',
  ),
  pick(
    'AddressFamily inet6',
    'HashKnownHosts yes',
    'ForwardAgent yes',
    'SendEnv LANG LC_*',
    'Compression no',
  ),
);

// ssh takes `"a` for a host, and an environment variable that is not there for a mistake even where nobody asks.
// It writes numbers as addresses.
const unlike = /^HostName\W+[+0-9]|^ProxyJump.*["'\\$%\t]|^ProxyJump\W+(a b|nc|\+?\d)/i;
const option = fc
  .tuple(keyword, pick(' ', '=', ' = ', '\t', '  '), value)
  .map((parts) => parts.join(''))
  .filter((text) => !unlike.test(text));
const block = fc.oneof(
  patterns.map((list) => `Host ${list}`),
  fc.array(criterion, { minLength: 1, maxLength: 3 }).map((list) => `Match ${list.join(' ')}`),
);
const include = pick(
  'Include one',
  'Include one two',
  `Include ${home}/.ssh/t*`,
  'Include ~/.ssh/[ot]*',
  'Include no-such-file',
  'Include "one"',
);
const line = fc.oneof(
  { weight: 8, arbitrary: sound },
  { weight: 1, arbitrary: option },
  { weight: 4, arbitrary: block },
  { weight: 1, arbitrary: include },
  { weight: 1, arbitrary: pick('', '# comment', '   ', 'Port', 'Host', 'Match') },
);
const indented = fc
  .tuple(pick('', '  ', '\t'), line, pick('', ' ', '\t', '\r', ' # note'))
  .map((parts) => parts.join(''));
// Ours counts wherever it stands; that of ssh only where its block does.
const fileText = fc
  .tuple(pick('', '', 'IgnoreUnknown NoSuch*\n'), fc.array(indented, { maxLength: 12 }))
  .map(([first, lines]) => `${first}${lines.join('\n')}\n`);
/** Files without includes: they would include themselves. */
const includedText = fc
  .array(
    line.filter((text) => !text.startsWith('Include')),
    { maxLength: 4 },
  )
  .map((lines) => lines.join('\n'));
const hosts = ['web01', 'web02', 'db1', 'WEB01', '10.0.0.7', 'web01.x'];

test('random files mean what they mean to ssh', () => {
  let accepted = 0;
  fc.assert(
    fc.property(fileText, includedText, includedText, pick(...hosts), (text, first, second, host) => {
      writeFileSync(join(home, '.ssh', 'one'), first);
      writeFileSync(join(home, '.ssh', 'two'), second);
      const file = join(home, 'config');
      writeFileSync(file, text);
      const expected = fromSsh(file, host);
      expect(fromUs(file, host)).toEqual(expected);
      if (expected !== undefined) accepted += 1;
    }),
    { numRuns: RUNS, ...(MANY === undefined ? { seed: 1 } : {}) },
  );
  // Files that are refused alone would prove little.
  expect(accepted).toBeGreaterThan(RUNS / 5);
}, 600_000);

test('a file that others may write to is refused when it is included, as by ssh', () => {
  const included = join(home, '.ssh', 'open');
  writeFileSync(included, 'Port 23\n');
  chmodSync(included, 0o666);
  const file = join(home, 'config');
  writeFileSync(file, 'Include open\n');
  expect(fromSsh(file, 'web01')).toBeUndefined();
  expect(fromUs(file, 'web01')).toBeUndefined();
  chmodSync(included, 0o644);
  expect(fromUs(file, 'web01')).toEqual(fromSsh(file, 'web01'));
});
