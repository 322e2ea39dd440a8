import type { ContractCase, Distro } from '../case.ts';

const DEBIAN: readonly Distro[] = ['bullseye', 'bookworm', 'trixie'];

function everywhere(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason, busybox: reason };
}

/** A hash of "geheim" by crypt(3), SHA-512. */
const HASH =
  '$6$saltsalt$3mPPx8Shr7W2QMDpBbJpD1RZ0iiQ4QzKNF9nzNPQS/ZqTdRr9Rm1VlZ0F9eXgP0uD4tTmdkYPq5fEtQeR0hYP1';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';
/** Adds u-old with a group of its own and no home. */
const OLD = `echo 'u-old:x:1500:' >>/etc/group
echo 'u-old:x:1500:1500:Old:/home/u-old:/bin/sh' >>/etc/passwd
echo 'u-old:!:19000:0:99999:7:::' >>/etc/shadow
`;
const HOME = `${OLD}mkdir /home/u-old; chown 1500:1500 /home/u-old; chmod 0750 /home/u-old
`;

export const cases: readonly ContractCase[] = [
  {
    title: 'user: new, with nothing said',
    steps: [{ user: { name: 'u-new' } }],
    expectChanges: 3,
    after: `set -e; grep -qE '^u-new:x:1[0-9]{3}:1[0-9]{3}::/home/u-new:/bin/sh$' /etc/passwd
grep -qE '^u-new:x:1[0-9]{3}:$' /etc/group; grep -qE '^u-new:!:[0-9]{5}:0:99999:7:::$' /etc/shadow
[ "$(stat -c %U:%G /home/u-new)" = u-new:u-new ]
want=755; if grep -q '^HOME_MODE.*0700' /etc/login.defs 2>/dev/null; then want=700; fi
[ "$(stat -c %a /home/u-new)" = $want ]
if [ -d /etc/skel ]; then [ "$(stat -c %U:%G:%a /home/u-new/.profile)" = u-new:u-new:644 ]; cmp /etc/skel/.profile /home/u-new/.profile; fi
[ "$(id -u u-new)" = "$(id -g u-new)" ]`,
  },
  {
    title: 'user: new, with everything said',
    prepare: `echo 'u-app:x:3000:' >>/etc/group; echo 'u-extra:x:3001:root' >>/etc/group; mkdir -p /srv`,
    steps: [
      {
        user: {
          name: 'u-full',
          uid: 2345,
          group: 'u-app',
          groups: ['u-extra', 'u-app'],
          shell: '/bin/sh',
          home: '/srv/full',
          comment: 'Full of spaces, and "quotes" $HOME',
          password: HASH,
          expires: '2031-02-03',
        },
      },
    ],
    expectChanges: 2,
    after: `set -e; grep -qxF 'u-full:x:2345:3000:Full of spaces, and "quotes" $HOME:/srv/full:/bin/sh' /etc/passwd
grep -qx 'u-extra:x:3001:root,u-full' /etc/group; grep -qx 'u-app:x:3000:' /etc/group
grep -qF 'u-full:${HASH}:' /etc/shadow; [ "$(grep '^u-full:' /etc/shadow | cut -d: -f8)" = 22313 ]
[ "$(stat -c %U:%G /srv/full)" = u-full:u-app ]`,
  },
  {
    title: 'user: another number; what lies outside of the home keeps the old one, what lies in it follows',
    prepare: `echo 'uc1:x:3501:' >>/etc/group; echo 'uc1:x:3501:3501::/home/uc1:/bin/sh' >>/etc/passwd
echo 'uc1:!:19000:0:99999:7:::' >>/etc/shadow; mkdir -p /srv/uc1 /home/uc1/in; chown 3501:3501 /srv/uc1 /home/uc1 /home/uc1/in`,
    only: DEBIAN,
    steps: [
      { directory: { path: '/srv/uc1/made', owner: 'uc1' } },
      { user: { name: 'uc1', uid: 3502 } },
      { directory: { path: '/srv/uc1', owner: 'uc1' } },
      { directory: { path: '/srv/uc1/made', owner: 'uc1' } },
      { directory: { path: '/home/uc1/in', owner: 'uc1', group: 'uc1' } },
      { authorized_keys: { user: 'uc1', keys: [KEY] } },
    ],
    expectChanges: 7,
    after: `set -e; for p in /srv/uc1 /srv/uc1/made /home/uc1 /home/uc1/in; do [ "$(stat -c %u $p)" = 3502 ]; done`,
  },
  {
    title: 'user: another primary group, and what lies in the home goes along',
    prepare: `echo 'ug1:x:3511:' >>/etc/group; echo 'ug2:x:3512:' >>/etc/group
echo 'ug1:x:3511:3511::/home/ug1:/bin/sh' >>/etc/passwd; echo 'ug1:!:19000:0:99999:7:::' >>/etc/shadow
mkdir -p /home/ug1/in; chown -R 3511:3511 /home/ug1`,
    steps: [
      { user: { name: 'ug1', group: 'ug2' } },
      { directory: { path: '/home/ug1/in', group: 'ug2' } },
      { directory: { path: '/home/ug1', group: 'ug1' } },
    ],
    after: `set -e; [ "$(stat -c %G /home/ug1/in)" = ug2 ]; [ "$(stat -c %G /home/ug1)" = ug1 ]`,
  },
  {
    title: 'user: the bare number of files gets a name',
    prepare: `mkdir -p /srv/n1/in; chown 3701:3701 /srv/n1 /srv/n1/in`,
    steps: [
      { group: { name: 'n-team', gid: 3701 } },
      { user: { name: 'n-app', uid: 3701, group: 'n-team', create_home: false } },
      { directory: { path: '/srv/n1', owner: 'n-app', group: 'n-team' } },
      { directory: { path: '/srv/n1/in', owner: 'root', group: 'n-team' } },
    ],
    expectChanges: 3,
    after: `set -e; [ "$(stat -c %U:%G /srv/n1)" = n-app:n-team ]; [ "$(stat -c %U:%G /srv/n1/in)" = root:n-team ]`,
  },
  {
    title: 'user: removed, and another made with its number',
    prepare: `${OLD}mkdir -p /srv/old; chown 1500:1500 /srv/old`,
    steps: [
      { user: { name: 'u-old', state: 'absent' } },
      { user: { name: 'u-next', uid: 1500, group: 'root', create_home: false } },
      { directory: { path: '/srv/old', owner: 'u-next', group: 'root' } },
    ],
    expectChanges: 4,
    after: `set -e; [ "$(stat -c %u:%U:%G /srv/old)" = 1500:u-next:root ]`,
  },
  {
    title: 'user: two names of one number are one owner',
    prepare: `echo 'twins:x:3900:' >>/etc/group; mkdir -p /srv/twin
for t in 1 2; do echo "twin$t:x:3900:3900::/nonexistent:/bin/sh" >>/etc/passwd; echo "twin$t:!:19000:0:99999:7:::" >>/etc/shadow; done`,
    steps: [
      { file: { path: '/srv/twin/f', content: 'x', owner: 'twin2', group: 'twins' } },
      { directory: { path: '/srv/twin', owner: 'twin2' } },
      { directory: { path: '/srv/twin', owner: 'twin1' } },
      { file: { path: '/srv/twin/f', content: 'x', owner: 'twin1', mode: '0600' } },
    ],
    after: `set -e; [ "$(stat -c %u /srv/twin)" = 3900 ]; [ "$(stat -c %u /srv/twin/f)" = 3900 ]`,
  },
  {
    title: 'user: a system user without a home',
    steps: [{ user: { name: 'u-sys', system: true, home: '/opt/u-sys', create_home: false } }],
    expectChanges: 2,
    after: `set -e; [ "$(id -u u-sys)" -lt 1000 ]; [ "$(id -g u-sys)" -lt 1000 ]; [ ! -e /opt/u-sys ]`,
  },
  {
    title: 'user: with a group that an earlier step creates, and owning what later steps make',
    steps: [
      { group: { name: 'u-team' } },
      { user: { name: 'u-lead', group: 'u-team', groups: ['u-more'] } },
      { file: { path: '/home/u-lead/notes', content: 'x\n', owner: 'u-lead', group: 'u-team' } },
      { directory: { path: '/opt-u-lead', owner: 'u-lead' } },
    ],
    prepare: `echo 'u-more:x:3100:' >>/etc/group`,
    expectChanges: 5,
    after: `set -e; [ "$(id -Gn u-lead)" = 'u-team u-more' ]; [ "$(stat -c %U:%G /home/u-lead/notes)" = u-lead:u-team ]
[ "$(stat -c %U:%G /opt-u-lead)" = u-lead:u-team ]`,
  },
  {
    title: 'user: a home below a directory of somebody else, with the setgid bit',
    prepare: 'mkdir -p /srv/team; chown 4321:1 /srv/team; chmod 2775 /srv/team',
    steps: [{ user: { name: 'u-new', home: '/srv/team/u-new' } }],
    after: '[ "$(stat -c %U /srv/team/u-new)" = u-new ] && [ "$(stat -c %a /srv/team/u-new)" -lt 1000 ]',
  },
  {
    title: 'user: later steps act as the new user',
    only: DEBIAN,
    steps: [
      { user: { name: 'u-new' } },
      { become: true, become_user: 'u-new', directory: { path: '/home/u-new/.config' } },
      {
        become: true,
        become_user: 'u-new',
        file: { path: '/home/u-new/.config/f', content: 'x', mode: '0600' },
      },
      { become: true, become_user: 'u-new', file: { path: '/var/tmp/f', content: 'x' } },
      { become: true, become_user: 'u-new', link: { path: '/home/u-new/f', target: '.config/f' } },
      {
        become: true,
        become_user: 'u-new',
        command: { argv: ['/bin/cp', 'f', 'g'], creates: '/home/u-new/g' },
      },
    ],
    after:
      '[ "$(stat -c %U:%G /home/u-new/.config /home/u-new/f /home/u-new/g /var/tmp/f | uniq)" = u-new:u-new ] && [ "$(cat /home/u-new/g)" = x ]',
    expectChanges: 8,
  },
  {
    title: 'user: what the new user may not write is refused before it is created',
    only: DEBIAN,
    steps: [
      { user: { name: 'u-new' } },
      { become: true, become_user: 'u-new', file: { path: '/etc/f', content: 'x' } },
    ],
    refusedOn: everywhere(/the user "u-new" may not write into \/etc/),
  },
  {
    title:
      'user: root does not follow a link that an earlier step lays as the new user to what is not theirs',
    only: DEBIAN,
    steps: [
      { user: { name: 'u-new' } },
      { become: true, become_user: 'u-new', link: { path: '/home/u-new/way', target: '/etc' } },
      { file: { path: '/home/u-new/way/f', content: 'x' } },
    ],
    refusedOn: everywhere(/\/home\/u-new\/way is a link to \/etc that "u-new" has laid/),
  },
  {
    title: 'user: steps that act as a new user on a host without sudo',
    only: ['busybox'],
    steps: [
      { user: { name: 'u-new' } },
      { become: true, become_user: 'u-new', file: { path: '/var/tmp/f', content: 'x' } },
    ],
    refusedOn: everywhere(
      /"root" becomes "u-new", as whom this step acts, with sudo, and this host has no sudo/,
    ),
  },
  {
    title: 'user: steps that act as another user on a host without sudo',
    only: ['busybox'],
    prepare: OLD,
    steps: [{ become: true, become_user: 'u-old', file: { path: '/var/tmp/f', content: 'x' } }],
    refusedOn: everywhere(/this host has no sudo/),
  },
  {
    title: 'user: steps that act as a user whom nobody creates',
    steps: [{ become: true, become_user: 'u-none', file: { path: '/var/tmp/f', content: 'x' } }],
    refusedOn: everywhere(/the user "u-none", as whom this step acts, does not exist on this host/),
  },
  {
    title: 'user: a file of the new home is known to later steps',
    only: DEBIAN,
    steps: [
      { user: { name: 'u-skel' } },
      {
        file: {
          path: '/home/u-skel/.profile',
          content: 'x\n',
          owner: 'u-skel',
          group: 'u-skel',
          mode: '0644',
        },
      },
    ],
    expectChanges: 4,
    after: `set -e; [ "$(cat /home/u-skel/.profile)" = x ]`,
  },
  {
    title: 'user: what an earlier step puts into /etc/skel comes with the home',
    prepare: `mkdir -p /etc/skel`,
    steps: [
      { file: { path: '/etc/skel/.toolrc', content: 'tool\n', mode: '0640' } },
      { user: { name: 'u-skel2' } },
      { file: { path: '/home/u-skel2/.toolrc', content: 'tool\n', mode: '0600' } },
    ],
    expectChanges: 5,
    after: `set -e; [ "$(cat /home/u-skel2/.toolrc)" = tool ]; [ "$(stat -c %U:%a /home/u-skel2/.toolrc)" = u-skel2:600 ]`,
  },
  {
    title: 'user: there, but without a home',
    prepare: OLD,
    steps: [{ user: { name: 'u-old' } }],
    expectChanges: 1,
    after: `set -e; [ "$(stat -c %U:%G /home/u-old)" = u-old:u-old ]`,
  },
  {
    title: 'user: there as wanted is no change',
    prepare: HOME,
    steps: [
      {
        user: { name: 'u-old', uid: 1500, shell: '/bin/sh', comment: 'Old', groups: [], password_lock: true },
      },
    ],
    expectChanges: 0,
    after: `set -e; [ "$(stat -c %a /home/u-old)" = 750 ]`,
  },
  {
    title: 'user: a stray home whose owner is gone',
    prepare: `mkdir /home/u-stray; echo kept >/home/u-stray/file; chown -R 3999:3999 /home/u-stray; chmod 0750 /home/u-stray`,
    steps: [{ user: { name: 'u-stray' } }],
    expectChanges: 4,
    after: `set -e; [ "$(stat -c %U:%G:%a /home/u-stray)" = u-stray:u-stray:750 ]
[ "$(stat -c %u /home/u-stray/file)" = 3999 ]; [ ! -e /home/u-stray/.profile ]`,
  },
  {
    title: "user: a stray home that is root's",
    prepare: `mkdir /home/u-rooted`,
    steps: [{ user: { name: 'u-rooted' } }],
    expectChanges: 4,
    after: `set -e; [ "$(stat -c %U:%G /home/u-rooted)" = u-rooted:u-rooted ]`,
  },
  {
    title: "user: root's directory elsewhere is left alone",
    prepare: `mkdir -p /srv/app`,
    steps: [{ user: { name: 'u-svc', home: '/srv/app' } }],
    expectChanges: 2,
    after: `set -e; [ "$(stat -c %U /srv/app)" = root ]`,
  },
  {
    title: 'user: a group of its name is already there',
    prepare: `echo 'u-half:x:3200:' >>/etc/group`,
    steps: [{ user: { name: 'u-half' } }],
    expectChanges: 2,
    after: `set -e; [ "$(id -g u-half)" = 3200 ]`,
  },
  {
    title: 'user: shell, comment, home and primary group differ',
    prepare: `${HOME}echo 'u-staff:x:3300:' >>/etc/group; printf '#!/bin/sh\\n' >/bin/u-shell; chmod 755 /bin/u-shell`,
    steps: [
      {
        user: {
          name: 'u-old',
          shell: '/bin/u-shell',
          comment: '',
          home: '/home/u-moved',
          group: 'u-staff',
        },
      },
    ],
    expectChanges: 5,
    after: `set -e; grep -qx 'u-old:x:1500:3300::/home/u-moved:/bin/u-shell' /etc/passwd
[ "$(stat -c %U:%G /home/u-moved)" = u-old:u-staff ]; [ -d /home/u-old ]`,
  },
  {
    title: 'user: groups are added, others stay',
    prepare: `${HOME}echo 'u-a:x:3401:u-old' >>/etc/group; echo 'u-b:x:3402:root' >>/etc/group`,
    steps: [{ user: { name: 'u-old', groups: ['u-b'] } }],
    expectChanges: 1,
    after: `set -e; grep -qx 'u-a:x:3401:u-old' /etc/group; grep -qx 'u-b:x:3402:root,u-old' /etc/group`,
  },
  {
    title: 'user: exactly these groups',
    prepare: `${HOME}echo 'u-a:x:3401:u-old,root' >>/etc/group; echo 'u-b:x:3402:' >>/etc/group`,
    steps: [{ user: { name: 'u-old', groups: ['u-b'], append: false } }],
    expectChanges: 1,
    after: `set -e; grep -qx 'u-a:x:3401:root' /etc/group; grep -qx 'u-b:x:3402:u-old' /etc/group`,
  },
  {
    title: 'user: named in a group that becomes the primary one, and in the one it was',
    prepare: `${HOME}sed -i 's/^u-old:x:1500:$/u-old:x:1500:u-old/' /etc/group; echo 'u-a:x:3401:u-old' >>/etc/group`,
    steps: [{ user: { name: 'u-old', group: 'u-a' } }],
    expectChanges: 1,
    after: `set -e; [ "$(id -gn u-old)" = u-a ]; id -Gn u-old | grep -q u-old`,
  },
  {
    title: 'user: another number, where its files can follow',
    only: DEBIAN,
    prepare: `${HOME}touch /home/u-old/file; chown 1500:1500 /home/u-old/file`,
    steps: [{ user: { name: 'u-old', uid: 1700 } }],
    expectChanges: 1,
    after: `set -e; [ "$(id -u u-old)" = 1700 ]; [ "$(stat -c %u /home/u-old/file)" = 1700 ]`,
  },
  {
    title: 'user: another number, where its files cannot follow',
    only: ['busybox'],
    prepare: HOME,
    steps: [{ user: { name: 'u-old', uid: 1700 } }],
    refusedOn: { busybox: /has the number 1500 .* its files cannot follow/ },
  },
  {
    title: 'user: the number belongs to another user',
    prepare: OLD,
    steps: [{ user: { name: 'u-two', uid: 1500 } }],
    refusedOn: everywhere(/the number 1500 belongs to the user "u-old"/),
  },
  {
    title: 'user: a group that nobody makes',
    steps: [{ user: { name: 'u-x', groups: ['no-such-group'] } }],
    refusedOn: everywhere(/the group "no-such-group" does not exist on this host/),
  },
  {
    title: 'user: a primary group that nobody makes',
    steps: [{ user: { name: 'u-x', group: 'no-such-group' } }],
    refusedOn: everywhere(/the group "no-such-group" does not exist on this host/),
  },
  {
    title: 'user: a shell that is not there',
    steps: [{ user: { name: 'u-x', shell: '/bin/no-such-shell' } }],
    refusedOn: everywhere(/the shell \/bin\/no-such-shell does not exist/),
  },
  {
    title: 'user: a password in place of none',
    prepare: HOME,
    steps: [{ user: { name: 'u-old', password: HASH } }],
    expectChanges: 2,
    after: `set -e; grep -qF 'u-old:${HASH}:' /etc/shadow`,
  },
  {
    title: 'user: a new password keeps the lock',
    prepare: `${HOME}sed -i 's/^u-old:!:/u-old:!$6$aaaaaaaa$bbbbbbbb:/' /etc/shadow`,
    steps: [{ user: { name: 'u-old', password: HASH } }],
    expectChanges: 1,
    after: `set -e; grep -qF 'u-old:!${HASH}:' /etc/shadow`,
  },
  {
    title: 'user: unlocking',
    prepare: `${HOME}sed -i 's/^u-old:!:/u-old:!$6$aaaaaaaa$bbbbbbbb:/' /etc/shadow`,
    steps: [{ user: { name: 'u-old', password_lock: false } }],
    expectChanges: 1,
    after: `set -e; grep -qF 'u-old:$6$aaaaaaaa$bbbbbbbb:' /etc/shadow`,
  },
  {
    title: 'user: locking, and expiring',
    prepare: `${HOME}sed -i 's/^u-old:!:/u-old:$6$aaaaaaaa$bbbbbbbb:/' /etc/shadow`,
    steps: [{ user: { name: 'u-old', password_lock: true, expires: '2030-01-01' } }],
    expectChanges: 2,
    after: `set -e; grep -qF 'u-old:!$6$aaaaaaaa$bbbbbbbb:19000:0:99999:7::21915:' /etc/shadow`,
  },
  {
    title: 'user: never expiring again',
    prepare: `${HOME}sed -i 's/^u-old:!:.*/u-old:!:19000:0:99999:7::19500:/' /etc/shadow`,
    steps: [{ user: { name: 'u-old', expires: 'never' } }],
    expectChanges: 1,
    after: `set -e; grep -qF 'u-old:!:19000:0:99999:7:::' /etc/shadow`,
  },
  {
    title: 'user: unlocking what has no password',
    prepare: HOME,
    steps: [{ user: { name: 'u-old', password_lock: false } }],
    refusedOn: everywhere(/"u-old" has no password on this host that could be unlocked/),
  },
  {
    title: 'user: absent, with its group and memberships',
    prepare: `${HOME}echo 'u-a:x:3401:u-old,root' >>/etc/group`,
    steps: [{ user: { name: 'u-old', state: 'absent' } }, { user: { name: 'u-never', state: 'absent' } }],
    expectChanges: 2,
    after: `set -e; ! grep -q u-old /etc/passwd /etc/group /etc/shadow; [ -d /home/u-old ]`,
  },
  {
    title: 'user: absent with its home; a group that others use stays',
    prepare: `${HOME}sed -i 's/^u-old:x:1500:$/u-old:x:1500:root/' /etc/group; mkdir /home/u-old/d; echo x >/home/u-old/d/f; chown -R 1500:1500 /home/u-old`,
    steps: [{ user: { name: 'u-old', state: 'absent', remove: true } }],
    expectChanges: 2,
    after: `set -e; ! grep -q u-old /etc/passwd; [ ! -e /home/u-old ]; grep -qx 'u-old:x:1500:root' /etc/group`,
  },
  {
    title: 'user: a removal that was cut off leaves a home behind',
    prepare: `mkdir -p /home/u-gone/d; chown 1999:1999 /home/u-gone`,
    steps: [{ user: { name: 'u-gone', state: 'absent', remove: true } }],
    expectChanges: 1,
    after: `[ ! -e /home/u-gone ]`,
  },
  {
    title: 'user: a home with something mounted in it',
    prepare: `mkdir -p /home/u-gone/d /srv/data; chown 1999:1999 /home/u-gone; mount -o bind /srv/data /home/u-gone/d`,
    steps: [{ user: { name: 'u-gone', state: 'absent', remove: true } }],
    refusedOn: everywhere(/something is mounted in \/home\/u-gone on this host \(\/home\/u-gone\/d\)/),
  },
];
