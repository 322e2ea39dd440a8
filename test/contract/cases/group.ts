import type { ContractCase } from '../case.ts';

function everywhere(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason, busybox: reason };
}

export const cases: readonly ContractCase[] = [
  {
    title: 'group: new, with the next number of the host',
    steps: [{ group: { name: 'g-new' } }],
    expectChanges: 1,
    after: `set -e; grep -qE '^g-new:x:1[0-9]{3}:$' /etc/group
[ ! -f /etc/gshadow ] || grep -qx 'g-new:!::' /etc/gshadow
[ "$(grep -c '^g-new:' /etc/group)" = 1 ]`,
  },
  {
    title: 'group: a system group',
    steps: [{ group: { name: 'g-sys', system: true } }],
    expectChanges: 1,
    after: `set -e; grep -qE '^g-sys:x:[1-9][0-9]{2}:$' /etc/group`,
  },
  {
    title: 'group: a number of its own, and the next step sees it',
    steps: [
      { group: { name: 'g-num', gid: 4711 } },
      { file: { path: '/etc/g-num', content: 'x\n', group: 'g-num', mode: '0640' } },
    ],
    expectChanges: 2,
    after: `set -e; [ "$(stat -c %g /etc/g-num)" = 4711 ]`,
  },
  {
    title: 'group: the number drifted; its users follow',
    prepare: `echo 'g-drift:x:4801:' >>/etc/group; echo 'g-other:x:4802:root' >>/etc/group
echo 'u-drift:x:4801:4801::/nonexistent:/bin/sh' >>/etc/passwd`,
    steps: [{ group: { name: 'g-drift', gid: 4800 } }],
    expectChanges: 1,
    after: `set -e; grep -qx 'g-drift:x:4800:' /etc/group; grep -qx 'u-drift:x:4801:4800::/nonexistent:/bin/sh' /etc/passwd
grep -qx 'g-other:x:4802:root' /etc/group; [ "$(stat -c %a:%u:%g /etc/group)" = 644:0:0 ]`,
  },
  {
    title: 'group: what belongs to the old number shows no name any more, and a later step mends it',
    prepare: `echo 'g-gc1:x:3601:' >>/etc/group; mkdir -p /srv/gc1/in; chown 0:3601 /srv/gc1 /srv/gc1/in`,
    steps: [
      { group: { name: 'g-gc1', gid: 3602 } },
      { directory: { path: '/srv/gc1', group: 'g-gc1' } },
      { directory: { path: '/srv/gc1/in', mode: '0750' } },
    ],
    expectChanges: 3,
    after: `set -e; [ "$(stat -c %g:%G /srv/gc1)" = 3602:g-gc1 ]; [ "$(stat -c %g /srv/gc1/in)" = 3601 ]`,
  },
  {
    title: 'group: two names of one number are one group',
    prepare: `echo 'g-t1:x:3650:' >>/etc/group; echo 'g-t2:x:3650:' >>/etc/group; mkdir -p /srv/gt; chown 0:3650 /srv/gt`,
    steps: [{ directory: { path: '/srv/gt', group: 'g-t2', mode: '0755' } }],
    expectChanges: 0,
  },
  {
    title: 'group: the number belongs to another group',
    prepare: `echo 'g-taken:x:4850:' >>/etc/group`,
    steps: [{ group: { name: 'g-taker', gid: 4850 } }],
    refusedOn: everywhere(/the number 4850 belongs to the group "g-taken"/),
  },
  {
    title: 'group: two steps want the same number',
    steps: [{ group: { name: 'g-one', gid: 4860 } }, { group: { name: 'g-two', gid: 4860 } }],
    refusedOn: everywhere(/the number 4860 belongs to the group "g-one"/),
  },
  {
    title: 'group: absent',
    prepare: `echo 'g-old:x:4870:root' >>/etc/group`,
    steps: [{ group: { name: 'g-old', state: 'absent' } }, { group: { name: 'g-never', state: 'absent' } }],
    expectChanges: 1,
    after: `if grep -q '^g-old:' /etc/group; then exit 1; fi`,
  },
  {
    title: 'group: absent is refused while it is the primary group of a user',
    prepare: `echo 'g-prim:x:4880:' >>/etc/group
echo 'u-prim:x:4880:4880::/nonexistent:/bin/sh' >>/etc/passwd`,
    steps: [{ group: { name: 'g-prim', state: 'absent' } }],
    refusedOn: everywhere(/"g-prim" is the primary group of "u-prim"/),
  },
];
