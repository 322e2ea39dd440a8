import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

/** Of `hello\n`. */
const HELLO = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';

export const cases: readonly ContractCase[] = [
  {
    title: 'a file with the expected hash',
    prepare: 'mkdir -p /srv; echo hello >/srv/a',
    steps: [{ verify: { path: '/srv/a', sha256: HELLO } }],
    expectChanges: 0,
  },
  {
    title: 'the hash in capitals, and every file hashed',
    prepare: `mkdir -p /srv; echo hello >"/srv/it's a"`,
    steps: [{ verify: { path: "/srv//it's a", sha256: HELLO.toUpperCase() } }],
    deep: true,
    expectChanges: 0,
  },
  {
    title: 'a file that an earlier step brings',
    files: { a: 'hello\n' },
    prepare: 'mkdir -p /srv; echo other >/srv/a',
    steps: [{ upload: { src: 'a', dest: '/srv/a' } }, { verify: { path: '/srv/a', sha256: HELLO } }],
    expectChanges: 1,
  },
  {
    title: 'another hash keeps the whole host from being touched',
    prepare: 'mkdir -p /srv; echo other >/srv/a',
    steps: [{ file: { path: '/srv/b', content: '' } }, { verify: { path: '/srv/a', sha256: HELLO } }],
    refusedOn: everywhere(
      new RegExp(`/srv/a is not the expected file: its SHA-256 is [0-9a-f]{64}, expected ${HELLO}`),
    ),
  },
  {
    title: 'no such file',
    steps: [{ verify: { path: '/srv/none', sha256: HELLO } }],
    refusedOn: everywhere(/\/srv\/none does not exist on this host, and no earlier step brings it/),
  },
  {
    title: 'a link is named, not followed',
    prepare: 'mkdir -p /srv; echo hello >/srv/a; ln -s a /srv/l',
    steps: [{ verify: { path: '/srv/l', sha256: HELLO } }],
    refusedOn: everywhere(/\/srv\/l is a link to a/),
  },
];
