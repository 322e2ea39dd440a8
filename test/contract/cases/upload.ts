import { randomBytes } from 'node:crypto';
import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';
import { READ_ONLY_MOUNT } from '../read-only-mount.ts';

/** Of `hello\n`. */
const HELLO = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
const large = randomBytes(3 * 1024 * 1024 + 17);
const SRV = 'mkdir -p /srv';

export const cases: readonly ContractCase[] = [
  {
    title: 'a new file, pinned, with mode and owner',
    files: { 'files/a': 'hello\n' },
    prepare: SRV,
    steps: [
      {
        upload: { src: 'files/a', dest: '/srv/a', sha256: HELLO, mode: '0640', owner: 'root', group: 'root' },
      },
    ],
    after: `[ "$(cat /srv/a)" = hello ] && [ "$(stat -c '%a %u:%g' /srv/a)" = '640 0:0' ]`,
    expectChanges: 1,
  },
  {
    title: 'below a link that somebody else has laid to what is not theirs',
    files: { a: 'hello\n' },
    prepare:
      'mkdir -p /srv/theirs /srv/roots; chown 4321 /srv/theirs; ln -s /srv/roots /srv/theirs/way; chown -h 4321 /srv/theirs/way',
    steps: [{ upload: { src: 'a', dest: '/srv/theirs/way/a' } }],
    refusedOn: everywhere(/\/srv\/theirs\/way is a link to \/srv\/roots that "4321" has laid/),
  },
  {
    title: 'a large file into a directory, under its own name',
    files: { 'large.bin': large },
    prepare: SRV,
    steps: [{ upload: { src: 'large.bin', dest: '/srv/' } }],
    after: `[ "$(stat -c '%s %a' /srv/large.bin)" = '${large.length} 644' ]`,
    expectChanges: 1,
  },
  {
    title: 'an empty file, with a name that a shell would take apart',
    files: { "it's $(empty) *": '' },
    prepare: SRV,
    steps: [{ upload: { src: "it's $(empty) *", dest: "/srv/it's $(empty) *" } }],
    after: `[ -f "/srv/it's \\$(empty) *" ]`,
    expectChanges: 1,
  },
  {
    title: 'another version stands there: its mode is kept',
    files: { a: 'hello\n' },
    prepare: `${SRV}; echo old >/srv/a; chmod 600 /srv/a`,
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }],
    after: `[ "$(cat /srv/a)" = hello ] && [ "$(stat -c %a /srv/a)" = 600 ]`,
    expectChanges: 1,
  },
  {
    title: 'same size and time, other bytes',
    files: { a: 'hello\n' },
    prepare: `${SRV}; echo HELLO >/srv/a`,
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }],
    after: '[ "$(cat /srv/a)" = hello ]',
    expectChanges: 1,
  },
  {
    title: 'only the mode is wrong: nothing is sent',
    files: { a: 'hello\n' },
    prepare: `${SRV}; echo hello >/srv/a; chmod 666 /srv/a; stat -c %i /srv/a >/srv/inode`,
    steps: [{ upload: { src: 'a', dest: '/srv/a', mode: '0644' } }],
    after: `[ "$(stat -c %a /srv/a)" = 644 ] && [ "$(stat -c %i /srv/a)" = "$(cat /srv/inode)" ]`,
    expectChanges: 1,
  },
  {
    title: 'a link in its place is replaced, not followed',
    files: { a: 'hello\n' },
    prepare: `${SRV}; echo other >/srv/target; ln -s target /srv/a`,
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }],
    after: '[ ! -L /srv/a ] && [ "$(cat /srv/a)" = hello ] && [ "$(cat /srv/target)" = other ]',
    // Type, content and mode.
    expectChanges: 3,
  },
  {
    title: 'directory, owner and group come from earlier steps',
    only: ['bullseye', 'bookworm', 'trixie'],
    files: { a: 'hello\n' },
    steps: [
      { group: { name: 'crew' } },
      { user: { name: 'sailor', group: 'crew' } },
      { directory: { path: '/opt/ship', owner: 'sailor' } },
      { upload: { src: 'a', dest: '/opt/ship/a', owner: 'sailor', mode: '0400' } },
      { verify: { path: '/opt/ship/a', sha256: HELLO } },
    ],
    after: `[ "$(stat -c '%U:%G %a' /opt/ship/a)" = 'sailor:crew 400' ]`,
  },
  {
    title: 'what a run that was cut off left is removed',
    files: { a: 'hello\n' },
    prepare: `${SRV}; echo half >/srv/.provision-0123456789ab-a`,
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }],
    after: '[ "$(ls -A /srv)" = a ]',
    expectChanges: 1,
  },
  {
    title: 'a folder: every file and directory of it, nothing else',
    files: { 'tree/one': '1', 'tree/sub/deep/two': '2', 'tree/sub/three': '3' },
    prepare: `${SRV}/tree/sub; echo mine >/srv/tree/mine; printf 3 >/srv/tree/sub/three; printf x >/srv/tree/one`,
    steps: [{ upload: { src: 'tree', dest: '/srv/tree/', directory_mode: '0750', mode: '0644' } }],
    after: `cd /srv/tree && [ "$(cat one sub/deep/two sub/three mine)" = '123mine' ] && [ "$(stat -c %a sub/deep sub .)" = '750
750
750' ]`,
    // The two directories' modes, one directory, two files.
    expectChanges: 5,
  },
  {
    title: 'a folder that is right already',
    files: { 'tree/one': '1', 'tree/sub/two': '2' },
    prepare: `umask 022; ${SRV}/tree/sub; cd /srv/tree; printf 1 >one; printf 2 >sub/two`,
    steps: [{ upload: { src: 'tree', dest: '/srv/tree' } }],
    expectChanges: 0,
  },
  {
    title: 'with --deep',
    files: { 'large.bin': large },
    prepare: SRV,
    steps: [{ upload: { src: 'large.bin', dest: '/srv/large.bin' } }],
    deep: true,
    expectChanges: 1,
  },
  {
    title: 'another hash than the pinned one',
    files: { a: 'hello\n' },
    steps: [{ upload: { src: 'a', dest: '/srv/a', sha256: '0'.repeat(64) } }],
    refusedOn: everywhere(new RegExp(`a is not the pinned file: its SHA-256 is ${HELLO}, expected 0{64}`)),
  },
  {
    title: 'no such file on the controller',
    steps: [{ upload: { src: 'none/a', dest: '/srv/a' } }],
    refusedOn: everywhere(/none\/a cannot be sent: there is no such file/),
  },
  {
    title: 'a directory that nobody creates',
    files: { a: 'hello\n' },
    steps: [{ upload: { src: 'a', dest: '/srv/none/a' } }],
    refusedOn: everywhere(/does not exist on this host, and no earlier step creates it/),
  },
  {
    title: 'a directory stands in its place',
    files: { a: 'hello\n' },
    prepare: `${SRV}/a`,
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }],
    refusedOn: everywhere(/\/srv\/a is a directory on this host, not a file/),
  },
  {
    title: 'an owner that nobody creates',
    files: { a: 'hello\n' },
    prepare: SRV,
    steps: [{ upload: { src: 'a', dest: '/srv/a', owner: 'nobodyhere' } }],
    refusedOn: everywhere(/the owner "nobodyhere" does not exist/),
  },
  {
    title: 'a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [
      { file: { path: '/etc/before', content: 'x' } },
      { upload: { src: 'blob', dest: '/srv/ro/blob' } },
    ],
    files: { blob: 'x' },
    refusedOn: everywhere(/\/srv\/ro is on a file system that is mounted read-only/),
  },
];
