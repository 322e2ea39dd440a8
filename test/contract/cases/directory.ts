import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'a new directory',
    steps: [{ directory: { path: '/srv/d', mode: '2750', owner: 'root', group: 'root' } }],
    after: '[ -d /srv/d ] && [ "$(stat -c "%a %U %G" /srv/d)" = "2750 root root" ]',
    expectChanges: 1,
  },
  {
    title: 'defaults, and a trailing slash',
    steps: [{ directory: { path: '/srv/d/' } }],
    after: '[ "$(stat -c "%a %U %G" /srv/d)" = "755 root root" ]',
  },
  {
    title: 'with what is missing above it, each listed',
    prepare: 'mkdir -m 700 /srv/a',
    steps: [{ directory: { path: '/srv/a/b/c', parents: true, mode: '0700' } }],
    after: '[ "$(stat -c %a /srv/a /srv/a/b /srv/a/b/c | tr "\\n" " ")" = "700 755 700 " ]',
    expectChanges: 2,
  },
  {
    title: 'mode and owner drifted, content kept',
    prepare: 'mkdir -m 777 /srv/d; chown 1:1 /srv/d; touch /srv/d/x',
    steps: [{ directory: { path: '/srv/d', mode: '0755', owner: 'root', group: 'root' } }],
    after: '[ "$(stat -c "%a %U %G" /srv/d)" = "755 root root" ] && [ -e /srv/d/x ]',
    expectChanges: 3,
  },
  {
    title: 'one inside the other, both new',
    steps: [{ directory: { path: '/srv/d' } }, { directory: { path: '/srv/d/e' } }],
    after: '[ -d /srv/d/e ]',
    expectChanges: 2,
  },
  {
    title: 'an empty directory that is to be absent',
    prepare: 'mkdir /srv/d',
    steps: [{ directory: { path: '/srv/d', state: 'absent' } }],
    after: '[ ! -e /srv/d ]',
    expectChanges: 1,
  },
  {
    title: 'a tree that is to be absent, links in it not followed',
    prepare: 'mkdir -p /srv/d/e /srv/keep; touch /srv/d/e/f /srv/keep/f; ln -s /srv/keep /srv/d/l',
    steps: [{ directory: { path: '/srv/d', state: 'absent', recursive: true } }],
    after: '[ ! -e /srv/d ] && [ -e /srv/keep/f ]',
    expectChanges: 1,
  },
  {
    title: 'emptied by an earlier step, then removed',
    prepare: 'mkdir /srv/d; touch /srv/d/f',
    steps: [
      { file: { path: '/srv/d/f', state: 'absent' } },
      { directory: { path: '/srv/d', state: 'absent' } },
    ],
    after: '[ ! -e /srv/d ]',
    expectChanges: 2,
  },
  {
    title: 'a directory with something in it',
    prepare: 'mkdir /srv/d; touch /srv/d/.hidden',
    steps: [{ directory: { path: '/srv/d', state: 'absent' } }],
    refusedOn: everywhere(/\/srv\/d is a directory with something in it: \.hidden/),
  },
  {
    title: 'a directory into which an earlier step puts something',
    prepare: 'mkdir /srv/d',
    steps: [{ file: { path: '/srv/d/f', content: 'x' } }, { directory: { path: '/srv/d', state: 'absent' } }],
    refusedOn: everywhere(/\/srv\/d is a directory with something in it: f/),
  },
  {
    title: 'a parent that nobody creates',
    steps: [{ directory: { path: '/no/such' } }],
    refusedOn: everywhere(/the directory \/no does not exist on this host/),
  },
  {
    title: 'a file in its place',
    prepare: 'touch /srv/d',
    steps: [{ directory: { path: '/srv/d' } }],
    refusedOn: everywhere(/\/srv\/d is a file on this host, not a directory/),
  },
  {
    title: 'a directory without which no host works',
    steps: [{ directory: { path: '/usr/', state: 'absent', recursive: true } }],
    refusedOn: everywhere(/\/usr belongs to the system: provision does not remove it/),
  },
];
