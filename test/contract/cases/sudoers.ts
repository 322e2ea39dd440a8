import type { ContractCase, Distro } from '../case.ts';

const DEBIAN: readonly Distro[] = ['bullseye', 'bookworm', 'trixie'];

function onDebian(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason };
}

const RULE = { user: 's-ann', nopasswd: true, commands: ['/usr/bin/id -u', '/bin/echo a,b:c=d'] };

export const cases: readonly ContractCase[] = [
  {
    title: 'sudoers: rules for a user that an earlier step creates, and sudo obeys',
    only: DEBIAN,
    steps: [{ user: { name: 's-ann' } }, { sudoers: { name: 's-ann', ...RULE } }],
    expectChanges: 4,
    after: `set -e; [ "$(stat -c %U:%G:%a /etc/sudoers.d/s-ann)" = root:root:440 ]; visudo -c >/dev/null
[ "$(runuser -u s-ann -- sudo -n /usr/bin/id -u)" = 0 ]
[ "$(runuser -u s-ann -- sudo -n /bin/echo a,b:c=d)" = a,b:c=d ]
! runuser -u s-ann -- sudo -n /usr/bin/id -g 2>/dev/null`,
  },
  {
    title: 'sudoers: a host without sudo',
    only: ['busybox'],
    steps: [{ sudoers: { name: 's-ann', ...RULE } }],
    refusedOn: { busybox: /this host has no sudo \(visudo not found\)/ },
  },
  {
    title: 'sudoers: absent on a host without sudo',
    only: ['busybox'],
    steps: [{ sudoers: { name: 's-ann', state: 'absent' } }],
    expectChanges: 0,
  },
  {
    title: 'sudoers: content, mode, owner drifted',
    only: DEBIAN,
    prepare: `echo 's-ann ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/s-ann; chmod 0644 /etc/sudoers.d/s-ann; chown 1:1 /etc/sudoers.d/s-ann`,
    steps: [{ sudoers: { name: 's-ann', group: 's-team', runas: 'ALL', commands: ['ALL'] } }],
    expectChanges: 4,
    after: `set -e; [ "$(cat /etc/sudoers.d/s-ann)" = '%s-team ALL = (ALL) ALL' ]; [ "$(stat -c %U:%G:%a /etc/sudoers.d/s-ann)" = root:root:440 ]`,
  },
  {
    title: 'sudoers: a whole file that is there as wanted is no change',
    only: DEBIAN,
    prepare: `printf 's-ann ALL=(root) /bin/true\\n' >/etc/sudoers.d/s-ann; chmod 0440 /etc/sudoers.d/s-ann`,
    steps: [{ sudoers: { name: 's-ann', content: 's-ann ALL=(root) /bin/true\n' } }],
    expectChanges: 0,
  },
  {
    title: 'sudoers: a mistake is found by the dry run',
    only: DEBIAN,
    steps: [{ sudoers: { name: 's-bad', content: '# rules\nann ALL=(root NOPASSWD: ALL\n' } }],
    refusedOn: onDebian(/visudo refuses \/etc\/sudoers\.d\/s-bad: line 2: syntax error/),
  },
  {
    title: 'sudoers: an alias that another file defines',
    only: DEBIAN,
    prepare: `echo 'User_Alias TEAM = a, b' >/etc/sudoers.d/s-one`,
    steps: [{ sudoers: { name: 's-two', content: 'User_Alias TEAM = c\nTEAM ALL=(root) ALL\n' } }],
    refusedOn: onDebian(/together with the other files: .*User_Alias|together with the other files: Alias/),
  },
  {
    title: 'sudoers: another file that was broken before does not stop a right one',
    only: DEBIAN,
    prepare: `echo 'nonsense' >/etc/sudoers.d/s-broken`,
    steps: [{ sudoers: { name: 's-ok', user: 's-ann', commands: ['/bin/true'] } }],
    expectChanges: 1,
  },
  {
    title: 'sudoers: the directory is not included',
    only: DEBIAN,
    prepare: `sed -i '/includedir/d' /etc/sudoers`,
    steps: [{ sudoers: { name: 's-ann', ...RULE } }],
    refusedOn: onDebian(/does not include \/etc\/sudoers\.d/),
  },
  {
    title: 'sudoers: the directory will be included by an earlier step',
    only: DEBIAN,
    prepare: `sed -i '/includedir/d' /etc/sudoers`,
    steps: [
      {
        file: {
          path: '/etc/sudoers',
          content: 'root ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n',
          mode: '0440',
        },
      },
      { sudoers: { name: 's-ann', ...RULE } },
    ],
    expectChanges: 2,
  },
  {
    title: 'sudoers: a name that sudo ignores',
    steps: [{ sudoers: { name: 's.ann', ...RULE } }],
    refusedOn: {
      ...onDebian(/whose name has a dot or ends in "~"/),
      busybox: /whose name has a dot or ends in "~"/,
    },
  },
  {
    title: 'sudoers: absent',
    only: DEBIAN,
    prepare: `echo 's-old ALL=(ALL) ALL' >/etc/sudoers.d/s-old`,
    steps: [{ sudoers: { name: 's-old', state: 'absent' } }],
    expectChanges: 1,
    after: '[ ! -e /etc/sudoers.d/s-old ]',
  },
];
