import fc from 'fast-check';

/** Files like those of ssh_config(5), right ones and wrong ones, for comparisons with what OpenSSH makes of them. `/HOME` stands for a home. */

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
  'Include /HOME/.ssh/t*',
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
export const fileText = fc
  .tuple(pick('', '', 'IgnoreUnknown NoSuch*\n'), fc.array(indented, { maxLength: 12 }))
  .map(([first, lines]) => `${first}${lines.join('\n')}\n`);
/** Files without includes: they would include themselves. */
export const includedText = fc
  .array(
    line.filter((text) => !text.startsWith('Include')),
    { maxLength: 4 },
  )
  .map((lines) => lines.join('\n'));
/** Whom to ask about. */
export const askedAbout = pick('web01', 'web02', 'db1', 'WEB01', '10.0.0.7', 'web01.x');
