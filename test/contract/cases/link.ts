import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';
import { READ_ONLY_MOUNT } from '../read-only-mount.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'a new link, its target not there',
    steps: [{ link: { path: '/var/l', target: 'no such $target' } }],
    after: `[ "$(readlink /var/l)" = 'no such $target' ]`,
    expectChanges: 1,
  },
  {
    title: 'a link that leads elsewhere is switched, what it led to is kept',
    prepare: 'mkdir /var/v1 /var/v2; touch /var/v1/f; ln -s v1 /var/l',
    steps: [{ link: { path: '/var/l', target: 'v2' } }],
    after: '[ "$(readlink /var/l)" = v2 ] && [ -e /var/v1/f ] && [ ! -e /var/v2/v2 ]',
    expectChanges: 1,
  },
  {
    title: 'a file behind the new target is seen by later steps',
    prepare: 'mkdir /var/v1 /var/v2; printf two >/var/v2/f; ln -s v1 /var/l',
    steps: [
      { link: { path: '/var/l', target: 'v2' } },
      { file: { path: '/var/l/f', content: 'two' } },
      { file: { path: '/var/l/g', content: 'new' } },
    ],
    after: '[ "$(cat /var/v2/g)" = new ] && [ ! -e /var/v1/f ]',
    expectChanges: 2,
  },
  {
    title: 'a file in its place, with force',
    prepare: 'touch /var/l',
    steps: [{ link: { path: '/var/l', target: '/etc/hostname', force: true } }],
    after: '[ "$(readlink /var/l)" = /etc/hostname ]',
    expectChanges: 1,
  },
  {
    title: 'a link that is to be absent, its target kept',
    prepare: 'touch /var/f; ln -s f /var/l',
    steps: [{ link: { path: '/var/l', state: 'absent' } }],
    after: '[ ! -L /var/l ] && [ -e /var/f ]',
    expectChanges: 1,
  },
  {
    title: 'a file in its place, without force',
    prepare: 'touch /var/l',
    steps: [{ link: { path: '/var/l', target: '/etc/hostname' } }],
    refusedOn: everywhere(/\/var\/l is a file on this host, not a link/),
  },
  {
    title: 'a directory in its place, even with force',
    prepare: 'mkdir /var/l',
    steps: [{ link: { path: '/var/l', target: '/etc', force: true } }],
    refusedOn: everywhere(/\/var\/l is a directory on this host, not a link/),
  },
  {
    title: 'a file system that is mounted read-only',
    prepare: READ_ONLY_MOUNT,
    steps: [{ file: { path: '/etc/before', content: 'x' } }, { link: { path: '/srv/ro/l', target: 'd' } }],
    refusedOn: everywhere(/\/srv\/ro is on a file system that is mounted read-only/),
  },
];
