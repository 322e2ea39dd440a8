import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

const DEBIAN = ['bullseye', 'bookworm', 'trixie'] as const;
const PROFILE_D = 'mkdir -p /etc/profile.d';

export const cases: readonly ContractCase[] = [
  {
    title: 'for everybody, new',
    prepare: PROFILE_D,
    steps: [
      {
        env: {
          name: 'go',
          path: ['/usr/local/go/bin', '$HOME/go/bin'],
          set: {
            GOROOT: '/usr/local/go',
            GOPATH: '$HOME/go',
            ODD: 'a "b" \\ $(id) `id` $$HOME \'c\'',
            NUMBER: 1,
          },
        },
      },
    ],
    after: `[ "$(stat -c '%a %U %G' /etc/profile.d/go.sh)" = '644 root root' ]
PATH=/bin:/usr/bin HOME=/home/x
. /etc/profile.d/go.sh; . /etc/profile.d/go.sh
[ "$PATH" = /usr/local/go/bin:/home/x/go/bin:/bin:/usr/bin ] || { echo "$PATH"; exit 1; }
[ "$(sh -c 'echo "$GOROOT $GOPATH $NUMBER"')" = '/usr/local/go /home/x/go 1' ]
[ "$(sh -c 'printf "%s" "$ODD"')" = 'a "b" \\ $(id) \`id\` $HOME '"'c'" ]`,
    expectChanges: 1,
  },
  {
    title: 'in a login shell',
    only: DEBIAN,
    steps: [{ env: { name: 'go', path: ['/opt/x/bin'], set: { GOPATH: '$HOME/go' } } }],
    after: `[ "$(sh -lc 'echo "$GOPATH"')" = "$HOME/go" ] && [ "$(bash -lc 'echo "\${PATH%%:*}"')" = /opt/x/bin ]`,
  },
  {
    title: 'for everybody, drifted',
    prepare: `${PROFILE_D}; echo 'export A=old' >/etc/profile.d/a.sh; chmod 600 /etc/profile.d/a.sh`,
    steps: [{ env: { name: 'a', set: { A: 'new' } } }],
    after: '. /etc/profile.d/a.sh; [ "$A" = new ]',
    expectChanges: 2,
  },
  {
    title: 'for everybody, absent',
    prepare: `${PROFILE_D}; touch /etc/profile.d/a.sh`,
    steps: [{ env: { name: 'a', state: 'absent' } }],
    after: '[ ! -e /etc/profile.d/a.sh ]',
    expectChanges: 1,
  },
  {
    title: 'a block in a file of a user, the rest kept',
    prepare: `printf 'first\\303\\244\\r\\n# BEGIN provision env a\\nexport A=old\\n# END provision env a\\nno newline' >/root/.profile; chmod 640 /root/.profile`,
    steps: [
      { env: { name: 'a', user: 'root', set: { A: 'ü' } } },
      { env: { name: 'b', user: 'root', set: { B: '2' } } },
    ],
    after: `printf 'first\\303\\244\\r\\n# BEGIN provision env a\\nexport A='"'"'\\303\\274'"'"'\\n# END provision env a\\nno newline\\n# BEGIN provision env b\\nexport B=2\\n# END provision env b\\n' >/root/expected
cmp /root/.profile /root/expected && [ "$(stat -c %a /root/.profile)" = 640 ]`,
    expectChanges: 2,
  },
  {
    title: 'a user and its home that earlier steps create',
    only: DEBIAN,
    steps: [
      { user: { name: 'app' } },
      { env: { name: 'app', user: 'app', rc: '.zprofile', path: ['$HOME/bin'] } },
    ],
    after: `[ "$(stat -c '%U %G %a' ~app/.zprofile)" = 'app app 644' ] && HOME=~app && . ~app/.zprofile && [ "\${PATH%%:*}" = "$HOME/bin" ]`,
  },
  {
    title: 'a user whose primary group is not in /etc/group',
    prepare: `echo 'e-lost:x:3999:39999::/home/e-lost:/bin/sh' >>/etc/passwd; mkdir /home/e-lost; chown 3999:39999 /home/e-lost`,
    steps: [{ env: { name: 'a', user: 'e-lost', set: { A: '1' } } }],
    expectChanges: 1,
    after: '[ "$(stat -c %u:%g:%a /home/e-lost/.profile)" = 3999:39999:644 ]',
  },
  {
    title: 'a block that is to be absent',
    prepare: `printf 'x\\n# BEGIN provision env a\\nA=1\\n# END provision env a\\ny\\n' >/root/.profile`,
    steps: [{ env: { name: 'a', user: 'root', state: 'absent' } }],
    after: '[ "$(cat /root/.profile)" = "x\ny" ]',
    expectChanges: 1,
  },
  {
    title: 'a link in place of the file is not followed',
    prepare: 'rm -f /root/.bashrc; touch /etc/precious; ln -s /etc/precious /root/.bashrc',
    steps: [{ env: { name: 'a', user: 'root', rc: '.bashrc', set: { A: '1' } } }],
    refusedOn: everywhere(/\/root\/\.bashrc is a link to \/etc\/precious on this host, not a file/),
  },
  {
    title: 'a damaged block',
    prepare: `echo '# BEGIN provision env a' >/root/.profile`,
    steps: [{ env: { name: 'a', user: 'root', set: { A: '1' } } }],
    refusedOn: everywhere(/the block "a" in \/root\/\.profile is damaged/),
  },
  {
    title: 'a user that nobody creates',
    steps: [{ env: { name: 'a', user: 'ghost', set: { A: '1' } } }],
    refusedOn: everywhere(/the user "ghost" does not exist on this host/),
  },
];
