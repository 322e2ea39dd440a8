import { expect, test } from 'vitest';
import { readDefaults } from './defaults.ts';

test('a new home gets HOME_MODE', () => {
  expect(readDefaults('HOME_MODE\t0700\nUMASK 022\n', undefined).homeMode).toBe('0700');
});

test('without HOME_MODE a new home gets what UMASK leaves, read as octal', () => {
  expect(readDefaults('#HOME_MODE 0700\nUMASK\t\t027\n', undefined).homeMode).toBe('0750');
});

test('a host that says nothing gives homes 0755', () => {
  expect(readDefaults('', '').homeMode).toBe('0755');
  expect(readDefaults(undefined, undefined).homeMode).toBe('0755');
});

test('users get a group of their own when USERGROUPS_ENAB says so, or where there is no login.defs', () => {
  expect(readDefaults('USERGROUPS_ENAB yes\n', undefined).userGroups).toBe(true);
  expect(readDefaults('USERGROUPS_ENAB no\n', 'GROUP=100\n')).toMatchObject({
    userGroups: false,
    group: '100',
  });
  expect(readDefaults('UMASK 022\n', undefined).userGroups).toBe(false);
  expect(readDefaults(undefined, undefined).userGroups).toBe(true);
});

test("useradd's own defaults are read", () => {
  const file = '# Default values for useradd(8)\nSHELL=/bin/bash\nHOME=/srv/home\n#SKEL=/etc/other\n';
  expect(readDefaults('', file)).toMatchObject({ shell: '/bin/bash', homes: '/srv/home', skel: '/etc/skel' });
});

test('the ranges of numbers follow login.defs', () => {
  const defaults = readDefaults('UID_MIN 5000\nUID_MAX 6000\nSYS_GID_MIN 200\nSYS_GID_MAX 300\n', undefined);
  expect(defaults.uids).toEqual({ min: 5000, max: 6000 });
  expect(defaults.systemUids).toEqual({ min: 101, max: 4999 });
  expect(defaults.systemGids).toEqual({ min: 200, max: 300 });
});
