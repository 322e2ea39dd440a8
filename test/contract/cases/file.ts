import { randomBytes } from 'node:crypto';
import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';
import { READ_ONLY_MOUNT } from '../read-only-mount.ts';

const binary = Buffer.concat([randomBytes(3000), Buffer.from('\0\n\n')]);

export const cases: readonly ContractCase[] = [
  {
    title: 'a new file with everything given',
    steps: [
      {
        file: { path: '/etc/drop.conf', content: "a 'b' $c\\\n", mode: '640', owner: 'root', group: 'root' },
      },
    ],
    after: `[ "$(cat /etc/drop.conf)" = "a 'b' \\$c\\\\" ] && [ "$(stat -c '%a %U %G' /etc/drop.conf)" = '640 root root' ]`,
    expectChanges: 1,
  },
  {
    title: 'defaults of a new file, and an empty one',
    steps: [{ file: { path: '/etc/one', content: 'x' } }, { file: { path: '/etc/empty', content: '' } }],
    after:
      '[ "$(stat -c "%a %U %G %s" /etc/one /etc/empty)" = "644 root root 1\n644 root root 0" ] && [ "$(cat /etc/one)" = x ]',
    expectChanges: 2,
  },
  {
    title: 'an awkward name, and a doubled slash',
    steps: [
      { file: { path: `/etc//it's a "na\\me" $(x) *`, content: 'x' } },
      { file: { path: '/-n', content: 'y' } },
    ],
    after: `[ "$(cat "/etc/it's a \\"na\\\\me\\" \\$(x) *")" = x ] && [ "$(cat /-n)" = y ]`,
  },
  {
    title: 'the mode of a file that its owner may not read',
    only: ['bullseye', 'bookworm', 'trixie'],
    prepare: 'install -o ops -g ops -m 0 /dev/null /var/tmp/f',
    steps: [{ become: true, become_user: 'ops', file: { path: '/var/tmp/f', mode: '0200' } }],
    after: '[ "$(stat -c %a:%U /var/tmp/f)" = 200:ops ]',
    expectChanges: 1,
  },
  {
    title: 'two names of one file: an earlier step writes what a later one finds under the other name',
    prepare: 'mkdir -p /srv/real; ln -s real /srv/alias; echo old >/srv/real/f',
    steps: [
      { file: { path: '/srv/real/f', content: 'new' } },
      { file: { path: '/srv/alias/f', mode: '0600' } },
      { file: { path: '/srv/alias/g', content: 'g' } },
      { file: { path: '/srv/real/g', mode: '0640' } },
      { directory: { path: '/srv/alias/d' } },
      { file: { path: '/srv/real/d/f', content: 'x' } },
    ],
    after:
      '[ "$(cat /srv/real/f /srv/real/g /srv/alias/d/f)" = newgx ] && [ "$(stat -c %a /srv/real/f)$(stat -c %a /srv/real/g)" = 600640 ]',
    expectChanges: 6,
  },
  {
    title: 'two names of one file: what stands there under the one is removed under the other',
    prepare: 'mkdir -p /srv/real; ln -s real /srv/alias; ln -s /srv/alias /srv/third',
    steps: [
      { file: { path: '/srv/alias/f', content: 'x' } },
      { command: { shell: 'echo x >/srv/real/done', removes: '/srv/real/f', creates: '/srv/third/done' } },
      { file: { path: '/srv/third/gone', state: 'absent' } },
    ],
    after: '[ -f /srv/real/f ] && [ -f /srv/real/done ]',
    expectChanges: 2,
  },
  {
    title: 'below a link that an earlier step lays anew',
    prepare: 'mkdir -p /srv/app-1 /srv/app-2; ln -s app-1 /srv/app; echo old >/srv/app-1/f',
    steps: [
      { link: { path: '/srv/app', target: 'app-2' } },
      { file: { path: '/srv/app/f', content: 'x' } },
      { file: { path: '/srv/app-2/f', mode: '0600' } },
    ],
    after: '[ "$(cat /srv/app-1/f)$(cat /srv/app-2/f)" = oldx ] && [ "$(stat -c %a /srv/app-2/f)" = 600 ]',
    expectChanges: 3,
  },
  {
    title: 'below a link that somebody else has laid to what is not theirs',
    prepare:
      'mkdir -p /srv/theirs /srv/roots; chown 4321 /srv/theirs; ln -s /srv/roots /srv/theirs/way; chown -h 4321 /srv/theirs/way',
    steps: [{ file: { path: '/srv/theirs/way/f', content: 'x' } }],
    refusedOn: everywhere(
      /\/srv\/theirs\/way is a link to \/srv\/roots that "4321" has laid .*root does not follow it/,
    ),
  },
  {
    title: 'below a relative link that itself stands behind a link',
    prepare: 'mkdir -p /data/srv /data/releases/1; ln -s /data/srv /way; ln -s ../releases/1 /data/srv/now',
    steps: [{ file: { path: '/way/now/f', content: 'x' } }],
    after: '[ "$(cat /data/releases/1/f)" = x ]',
    expectChanges: 1,
  },
  {
    title: 'below a link that somebody has laid to a directory of their own',
    prepare:
      'mkdir -p /srv/theirs/1; chown -R 4321 /srv/theirs; ln -s 1 /srv/theirs/now; chown -h 4321 /srv/theirs/now',
    steps: [{ file: { path: '/srv/theirs/now/f', content: 'x' } }],
    after: '[ "$(cat /srv/theirs/1/f)" = x ]',
    expectChanges: 1,
  },
  {
    title: 'content drifted, mode and owner kept where they are not given',
    prepare: 'printf old >/etc/f; chown 0:1 /etc/f; chmod 4711 /etc/f',
    steps: [{ file: { path: '/etc/f', content: 'new' } }],
    after: '[ "$(cat /etc/f) $(stat -c %a:%u:%g /etc/f)" = "new 4711:0:1" ]',
    expectChanges: 1,
  },
  {
    title: 'only the mode drifted',
    prepare: 'printf same >/etc/f; chmod 666 /etc/f',
    steps: [{ file: { path: '/etc/f', content: 'same', mode: '0644' } }],
    after: '[ "$(stat -c %a /etc/f)" = 644 ]',
    expectChanges: 1,
  },
  {
    title: 'owner, group and special bits drifted',
    prepare: 'printf same >/etc/f; chown 1:1 /etc/f; chmod 755 /etc/f',
    steps: [{ file: { path: '/etc/f', content: 'same', mode: '6755', owner: 'root', group: 'root' } }],
    after: '[ "$(stat -c "%a %U %G" /etc/f)" = "6755 root root" ]',
    expectChanges: 3,
  },
  {
    title: 'mode and owner of a file whose content is not managed',
    prepare: 'printf whatever >/etc/f; chmod 666 /etc/f',
    steps: [{ file: { path: '/etc/f', mode: '0600' } }],
    after: '[ "$(cat /etc/f) $(stat -c %a /etc/f)" = "whatever 600" ]',
    expectChanges: 1,
  },
  {
    title: 'a link in its place is replaced, not followed',
    prepare: 'printf precious >/etc/target; ln -s target /etc/f',
    steps: [{ file: { path: '/etc/f', content: 'mine' } }],
    after: '[ ! -L /etc/f ] && [ "$(cat /etc/f) $(cat /etc/target)" = "mine precious" ]',
    expectChanges: 2,
  },
  {
    title: 'a file in a directory that is reached through a link',
    prepare: 'mkdir -p /var/real; ln -s /var/real /var/alias',
    steps: [{ file: { path: '/var/alias/f', content: 'x' } }],
    after: '[ "$(cat /var/real/f)" = x ] && [ -L /var/alias ]',
  },
  {
    title: 'what a run that was cut off left is cleaned up',
    prepare: 'printf half >/etc/.provision-0123456789ab-f; printf old >/etc/f',
    steps: [{ file: { path: '/etc/f', content: 'new' } }],
    after: '[ "$(cat /etc/f)" = new ]',
  },
  {
    title: 'a file of the controller, byte for byte',
    files: { 'files/blob': binary },
    steps: [{ file: { path: '/etc/blob', src: 'files/blob' } }],
    after: `[ "$(stat -c %s /etc/blob)" = ${binary.length} ]`,
  },
  {
    title: 'a template with a fact',
    files: { 'motd.liquid': 'arch {{ facts.arch }}{% if facts.os == "linux" %} on Linux{% endif %}\n' },
    steps: [{ file: { path: '/etc/motd', template: 'motd.liquid' } }],
    after: 'grep -q "^arch [a-z0-9]* on Linux$" /etc/motd',
  },
  {
    title: 'in a directory, and for an owner, that earlier steps create',
    only: ['bullseye', 'bookworm', 'trixie'],
    steps: [
      { group: { name: 'app' } },
      { user: { name: 'app', group: 'app' } },
      { directory: { path: '/var/app', owner: 'app', group: 'app', mode: '0750' } },
      { file: { path: '/var/app/conf', content: 'x', owner: 'app', group: 'app' } },
    ],
    after: '[ "$(stat -c "%U %G" /var/app/conf)" = "app app" ]',
  },
  {
    title: 'two steps that change the same file',
    steps: [{ file: { path: '/etc/f', content: 'x' } }, { file: { path: '/etc/f', mode: '0600' } }],
    after: '[ "$(stat -c %a /etc/f)" = 600 ]',
    expectChanges: 2,
  },
  {
    title: 'a file that is to be absent',
    prepare: 'printf x >/etc/f; ln -s nowhere /etc/l',
    steps: [{ file: { path: '/etc/f', state: 'absent' } }, { file: { path: '/etc/l', state: 'absent' } }],
    after: '[ ! -e /etc/f ] && [ ! -L /etc/l ]',
    expectChanges: 2,
  },
  {
    title: 'a directory that nobody creates',
    steps: [{ file: { path: '/no/such/f', content: 'x' } }],
    refusedOn: everywhere(
      /the directory \/no\/such does not exist on this host, and no earlier step creates it/,
    ),
  },
  {
    title: 'an owner that nobody creates',
    steps: [{ file: { path: '/etc/f', content: 'x', owner: 'ghost' } }],
    refusedOn: everywhere(/the owner "ghost" does not exist on this host/),
  },
  {
    title: 'a group that nobody creates',
    steps: [{ file: { path: '/etc/f', content: 'x', group: 'ghosts' } }],
    refusedOn: everywhere(/the group "ghosts" does not exist on this host/),
  },
  {
    title: 'a directory in its place',
    prepare: 'mkdir /etc/f',
    steps: [{ file: { path: '/etc/f', content: 'x' } }],
    refusedOn: everywhere(/\/etc\/f is a directory on this host, not a file/),
  },
  {
    title: 'a directory is not removed by a file step',
    prepare: 'mkdir /etc/f',
    steps: [{ file: { path: '/etc/f', state: 'absent' } }],
    refusedOn: everywhere(/\/etc\/f is a directory on this host, not a file/),
  },
  {
    title: 'no content for a file that is not there',
    steps: [{ file: { path: '/etc/f', mode: '0600' } }],
    refusedOn: everywhere(/\/etc\/f does not exist on this host, and no earlier step creates it/),
  },
  {
    title: 'a controller file that is missing',
    steps: [{ file: { path: '/etc/f', src: 'files/none' } }],
    refusedOn: everywhere(/files\/none cannot be read on the controller: there is no such file/),
  },
  {
    title: 'a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [{ file: { path: '/etc/before', content: 'x' } }, { file: { path: '/srv/ro/g', content: 'x' } }],
    refusedOn: everywhere(/\/srv\/ro is on a file system that is mounted read-only/),
  },
  {
    title: 'the mode on a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [{ file: { path: '/etc/before', content: 'x' } }, { file: { path: '/srv/ro/f', mode: '0600' } }],
    refusedOn: everywhere(/\/srv\/ro\/f is on a file system that is mounted read-only/),
  },
  {
    title: 'removal from a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [
      { file: { path: '/etc/before', content: 'x' } },
      { file: { path: '/srv/ro/f', state: 'absent' } },
    ],
    refusedOn: everywhere(/\/srv\/ro is on a file system that is mounted read-only/),
  },
  {
    title: 'what is right on a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [{ file: { path: '/srv/ro/f', content: 'x\n' } }],
    expectChanges: 0,
  },
  {
    title: 'a setting of the kernel is no file',
    steps: [{ file: { path: '/proc/sys/net/ipv4/ip_forward', content: '1' } }],
    refusedOn: everywhere(/\/proc\/sys\/net\/ipv4\/ip_forward belongs to the kernel/),
  },
];
