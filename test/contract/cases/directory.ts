import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';
import { READ_ONLY_MOUNT } from '../read-only-mount.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'setgid and setuid bits that are not wanted',
    prepare: 'mkdir -p /srv/a /srv/b; chmod 6755 /srv/a; chown 0:1 /srv/b; chmod 2775 /srv/b',
    steps: [
      { directory: { path: '/srv/a', mode: '0755' } },
      { directory: { path: '/srv/b/below', mode: '0750' } },
      { directory: { path: '/srv/b/default' } },
      { directory: { path: '/srv/b/set', mode: '2750' } },
    ],
    after: `[ "$(stat -c %a:%g /srv/a /srv/b/below /srv/b/default /srv/b/set | tr '\\n' ' ')" = '755:0 750:0 755:0 2750:0 ' ]`,
    expectChanges: 4,
  },
  {
    title: 'what belongs to the system, by another name',
    prepare: 'mkdir -p /srv; ln -s / /srv/slash',
    steps: [{ directory: { path: '/srv/slash/var/lib', state: 'absent', recursive: true } }],
    refusedOn: everywhere(/\/srv\/slash\/var\/lib, which is \/var\/lib on this host, belongs to the system/),
  },
  {
    title: 'below a link that somebody else has laid to what is not theirs, with missing directories between',
    prepare:
      'mkdir -p /srv/theirs /srv/roots; chown 4321 /srv/theirs; ln -s /srv/roots /srv/theirs/way; chown -h 4321 /srv/theirs/way',
    steps: [{ directory: { path: '/srv/theirs/way/a/b', parents: true } }],
    refusedOn: everywhere(/\/srv\/theirs\/way is a link to \/srv\/roots that "4321" has laid/),
  },
  {
    title: 'a new directory',
    steps: [{ directory: { path: '/var/d', mode: '2750', owner: 'root', group: 'root' } }],
    after: '[ -d /var/d ] && [ "$(stat -c "%a %U %G" /var/d)" = "2750 root root" ]',
    expectChanges: 1,
  },
  {
    title: 'defaults, and a trailing slash',
    steps: [{ directory: { path: '/var/d/' } }],
    after: '[ "$(stat -c "%a %U %G" /var/d)" = "755 root root" ]',
  },
  {
    title: 'with what is missing above it, each listed',
    prepare: 'mkdir -m 700 /var/a',
    steps: [{ directory: { path: '/var/a/b/c', parents: true, mode: '0700' } }],
    after: '[ "$(stat -c %a /var/a /var/a/b /var/a/b/c | tr "\\n" " ")" = "700 755 700 " ]',
    expectChanges: 2,
  },
  {
    title: 'mode and owner drifted, content kept',
    prepare: 'mkdir -m 777 /var/d; chown 1:1 /var/d; touch /var/d/x',
    steps: [{ directory: { path: '/var/d', mode: '0755', owner: 'root', group: 'root' } }],
    after: '[ "$(stat -c "%a %U %G" /var/d)" = "755 root root" ] && [ -e /var/d/x ]',
    expectChanges: 3,
  },
  {
    title: 'one inside the other, both new',
    steps: [{ directory: { path: '/var/d' } }, { directory: { path: '/var/d/e' } }],
    after: '[ -d /var/d/e ]',
    expectChanges: 2,
  },
  {
    title: 'an empty directory that is to be absent',
    prepare: 'mkdir /var/d',
    steps: [{ directory: { path: '/var/d', state: 'absent' } }],
    after: '[ ! -e /var/d ]',
    expectChanges: 1,
  },
  {
    title: 'a tree that is to be absent, links in it not followed',
    prepare: 'mkdir -p /var/d/e /var/keep; touch /var/d/e/f /var/keep/f; ln -s /var/keep /var/d/l',
    steps: [{ directory: { path: '/var/d', state: 'absent', recursive: true } }],
    after: '[ ! -e /var/d ] && [ -e /var/keep/f ]',
    expectChanges: 1,
  },
  {
    title: 'emptied by an earlier step, then removed',
    prepare: 'mkdir /var/d; touch /var/d/f',
    steps: [
      { file: { path: '/var/d/f', state: 'absent' } },
      { directory: { path: '/var/d', state: 'absent' } },
    ],
    after: '[ ! -e /var/d ]',
    expectChanges: 2,
  },
  {
    title: 'a directory with something in it',
    prepare: 'mkdir /var/d; touch /var/d/.hidden',
    steps: [{ directory: { path: '/var/d', state: 'absent' } }],
    refusedOn: everywhere(/\/var\/d is a directory with something in it: \.hidden/),
  },
  {
    title: 'a directory into which an earlier step puts something',
    prepare: 'mkdir /var/d',
    steps: [{ file: { path: '/var/d/f', content: 'x' } }, { directory: { path: '/var/d', state: 'absent' } }],
    refusedOn: everywhere(/\/var\/d is a directory with something in it: f/),
  },
  {
    title: 'something is mounted below a tree that is to be absent, under an odd name',
    prepare:
      'mkdir -p "/var/d/a b\\\\c" /var/data; echo precious >/var/data/db; mount -o bind /var/data "/var/d/a b\\\\c"',
    steps: [{ directory: { path: '/var/d', state: 'absent', recursive: true } }],
    refusedOn: everywhere(/something is mounted in \/var\/d on this host \(\/var\/d\/a b\\c\)/),
  },
  {
    title: 'a mount point under an odd name that is to be absent',
    prepare: 'mkdir -p "/var/a b\\\\c"; mount -t tmpfs tmpfs "/var/a b\\\\c"',
    steps: [{ directory: { path: '/var/a b\\c', state: 'absent', recursive: true } }],
    refusedOn: everywhere(/\/var\/a b\\c is a mount point on this host/),
  },
  {
    title: 'a mount point with nothing in it that is to be absent',
    prepare: 'mkdir /var/d; mount -t tmpfs tmpfs /var/d',
    steps: [{ directory: { path: '/var/d', state: 'absent' } }],
    refusedOn: everywhere(/\/var\/d is a mount point on this host/),
  },
  {
    title: 'a tree that is to be absent beside a mount point whose name begins like it',
    prepare: 'mkdir /var/d /var/d2; touch /var/d/f; mount -t tmpfs tmpfs /var/d2',
    steps: [{ directory: { path: '/var/d', state: 'absent', recursive: true } }],
    after: '[ ! -e /var/d ] && [ -d /var/d2 ]',
    expectChanges: 1,
  },
  {
    title: 'a parent that nobody creates',
    steps: [{ directory: { path: '/no/such' } }],
    refusedOn: everywhere(/the directory \/no does not exist on this host/),
  },
  {
    title: 'a file in its place',
    prepare: 'touch /var/d',
    steps: [{ directory: { path: '/var/d' } }],
    refusedOn: everywhere(/\/var\/d is a file on this host, not a directory/),
  },
  {
    title: 'a directory without which no host works',
    steps: [{ directory: { path: '/usr/', state: 'absent', recursive: true } }],
    refusedOn: everywhere(/\/usr belongs to the system: provision does not remove it/),
  },
  {
    title: 'a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [
      { file: { path: '/etc/before', content: 'x' } },
      { directory: { path: '/srv/ro/a/b', parents: true } },
    ],
    refusedOn: everywhere(/\/srv\/ro is on a file system that is mounted read-only/),
  },
  {
    title: 'the mode on a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [
      { file: { path: '/etc/before', content: 'x' } },
      { directory: { path: '/srv/ro/d', mode: '0700' } },
    ],
    refusedOn: everywhere(/\/srv\/ro\/d is on a file system that is mounted read-only/),
  },
];
