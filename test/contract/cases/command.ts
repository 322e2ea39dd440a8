import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'without guards: on every apply, and no drift',
    steps: [{ command: ['touch', '/var/a b $c'] }],
    after: `[ "$(stat -c %a '/var/a b $c')" = 644 ]`,
    expectChanges: 1,
  },
  {
    title: 'text for sh, working directory, environment, standard input',
    prepare: 'mkdir /var/w',
    steps: [
      {
        command: {
          shell: 'read -r line; pwd >out; echo "$line $VALUE" >>out',
          chdir: '/var/w',
          env: { VALUE: "it's $x" },
          stdin: 'a line\nanother\n',
        },
      },
    ],
    after: `[ "$(cat /var/w/out)" = "/var/w
a line it's \\$x" ]`,
  },
  {
    title: 'creates: not there',
    steps: [{ command: { argv: ['touch', '/var/made'], creates: '/var/made' } }],
    after: '[ -e /var/made ]',
    expectChanges: 1,
  },
  {
    title: 'creates: there',
    prepare: 'echo old >/var/made',
    steps: [{ command: { shell: 'echo new >/var/made', creates: '/var/made' } }],
    after: '[ "$(cat /var/made)" = old ]',
    expectChanges: 0,
  },
  {
    title: 'creates: brought by an earlier step',
    steps: [
      { file: { path: '/var/made', content: 'x' } },
      { command: { shell: 'echo new >/var/made', creates: '/var/made' } },
    ],
    after: '[ "$(cat /var/made)" = x ]',
    expectChanges: 1,
  },
  {
    title: 'removes: there, and not there',
    prepare: 'touch /var/old',
    steps: [
      { command: { argv: ['rm', '/var/old'], removes: '/var/old' } },
      { command: { argv: ['rm', '/var/older'], removes: '/var/older' } },
    ],
    after: '[ ! -e /var/old ]',
    expectChanges: 1,
  },
  {
    title: 'unless: nothing to do, and something to do',
    prepare: 'echo ready >/var/state',
    steps: [
      { command: { shell: 'echo again >>/var/state', unless: 'grep -q ready /var/state' } },
      { command: { shell: 'echo done >>/var/state', unless: ['grep', '-q', 'done', '/var/state'] } },
    ],
    after: '[ "$(tr "\\n" " " </var/state)" = "ready done " ]',
    expectChanges: 1,
  },
  {
    title: 'only_if: a condition that does not hold',
    steps: [{ command: { argv: ['touch', '/var/made'], only_if: ['test', '-d', '/no/such'] } }],
    after: '[ ! -e /var/made ]',
    expectChanges: 0,
  },
  {
    title: 'a question with the expected answer, in the dry run too',
    prepare: 'printf "one\\ntwo\\n" >/var/f',
    steps: [
      { command: { argv: ['cat', '/var/f'], read_only: true, expect: { stdout: 'one\ntwo' } } },
      { command: { shell: 'echo odd >&2; exit 3', read_only: true, expect: { rc: [0, 3], stderr: 'odd' } } },
      { command: { argv: ['cat', '/var/f'], read_only: true, expect: { stdout_matches: '^two$|^one' } } },
    ],
    expectChanges: 0,
  },
  {
    title: 'a question after a change is asked when the change is made',
    steps: [
      { file: { path: '/var/tool', content: '#!/bin/sh\necho "v2 $1"\n', mode: '0755' } },
      { command: { argv: ['/var/tool', 'x'], read_only: true, expect: { stdout: 'v2 x' } } },
    ],
    expectChanges: 1,
  },
  {
    title: 'the program is brought by an earlier step',
    steps: [
      { file: { path: '/usr/local/bin/app-init', content: '#!/bin/sh\ntouch /var/made\n', mode: '0755' } },
      { command: { argv: ['app-init'], creates: '/var/made' } },
    ],
    prepare: 'mkdir -p /usr/local/bin',
    expectChanges: 2,
  },
  {
    title: 'commands that are hard on the session',
    steps: [
      { command: { shell: 'cat; echo read it all >/var/1', stdin: 'x' } },
      { command: 'kill -9 $PPID || :; (sleep 60) & echo "0123456789abcdef0123456789abcdef 0"' },
      { command: 'printf "\\000\\377\\n\\n"; head -c 300000 /dev/zero; exec 3<&-; echo 2 >/var/2' },
      { command: 'set -e; trap "" TERM; exit 0' },
      { file: { path: '/var/3', content: '3' } },
    ].map((step, index) => (index === 1 ? { ...step, ignore_errors: true } : step)),
    after: '[ -e /var/1 ] && [ -e /var/2 ] && [ -e /var/3 ]',
  },
  {
    title: 'a program that is not there',
    steps: [{ command: ['no-such-program'] }],
    refusedOn: everywhere(/there is no program "no-such-program" on this host/),
  },
  {
    title: 'a path that is no program',
    steps: [{ command: ['/etc/passwd'] }],
    refusedOn: everywhere(/\/etc\/passwd is not executable on this host/),
  },
  {
    title: 'a working directory that is not there',
    steps: [{ command: { argv: ['pwd'], chdir: '/no/such' } }],
    refusedOn: everywhere(/the working directory \/no\/such does not exist/),
  },
  {
    title: 'another answer than expected',
    steps: [{ command: { shell: 'echo v1', read_only: true, expect: { stdout: 'v2' } } }],
    refusedOn: everywhere(/echo v1: standard output is "v1", expected "v2"/),
  },
  {
    title: 'a question that fails',
    steps: [{ command: { shell: 'echo oops >&2; exit 5', read_only: true } }],
    refusedOn: everywhere(/it ended with status 5: oops/),
  },
];
