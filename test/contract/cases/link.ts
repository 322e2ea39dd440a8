import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

export const cases: readonly ContractCase[] = [
  {
    title: 'a new link, its target not there',
    steps: [{ link: { path: '/srv/l', target: 'no such $target' } }],
    after: `[ "$(readlink /srv/l)" = 'no such $target' ]`,
    expectChanges: 1,
  },
  {
    title: 'a link that leads elsewhere is switched, what it led to is kept',
    prepare: 'mkdir /srv/v1 /srv/v2; touch /srv/v1/f; ln -s v1 /srv/l',
    steps: [{ link: { path: '/srv/l', target: 'v2' } }],
    after: '[ "$(readlink /srv/l)" = v2 ] && [ -e /srv/v1/f ] && [ ! -e /srv/v2/v2 ]',
    expectChanges: 1,
  },
  {
    title: 'a file behind the new target is seen by later steps',
    prepare: 'mkdir /srv/v1 /srv/v2; printf two >/srv/v2/f; ln -s v1 /srv/l',
    steps: [
      { link: { path: '/srv/l', target: 'v2' } },
      { file: { path: '/srv/l/f', content: 'two' } },
      { file: { path: '/srv/l/g', content: 'new' } },
    ],
    after: '[ "$(cat /srv/v2/g)" = new ] && [ ! -e /srv/v1/f ]',
    expectChanges: 2,
  },
  {
    title: 'a file in its place, with force',
    prepare: 'touch /srv/l',
    steps: [{ link: { path: '/srv/l', target: '/etc/hostname', force: true } }],
    after: '[ "$(readlink /srv/l)" = /etc/hostname ]',
    expectChanges: 1,
  },
  {
    title: 'a link that is to be absent, its target kept',
    prepare: 'touch /srv/f; ln -s f /srv/l',
    steps: [{ link: { path: '/srv/l', state: 'absent' } }],
    after: '[ ! -L /srv/l ] && [ -e /srv/f ]',
    expectChanges: 1,
  },
  {
    title: 'a file in its place, without force',
    prepare: 'touch /srv/l',
    steps: [{ link: { path: '/srv/l', target: '/etc/hostname' } }],
    refusedOn: everywhere(/\/srv\/l is a file on this host, not a link/),
  },
  {
    title: 'a directory in its place, even with force',
    prepare: 'mkdir /srv/l',
    steps: [{ link: { path: '/srv/l', target: '/etc', force: true } }],
    refusedOn: everywhere(/\/srv\/l is a directory on this host, not a link/),
  },
];
