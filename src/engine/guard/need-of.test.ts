import { describe, expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import { accountLook } from '../../looks/account.ts';
import { linkLook } from '../../looks/link.ts';
import { type LoginFiles, loginFilesLook } from '../../looks/sshd/login-files.ts';
import { sh } from '../../shell/quote.ts';
import type { Change } from '../change.ts';
import type { Effect, PathState } from '../effect.ts';
import type { Comparison } from '../step-kind.ts';
import { bothNeeds, type GuardNeed } from './need.ts';
import { needOf } from './need-of.ts';

const ROOT = {
  exists: true,
  name: 'root',
  uid: 0,
  group: 'root',
  comment: '',
  home: '/root',
  shell: '/bin/sh',
  groups: [],
  local: true,
} as const;
/** As hosts have it: all in the usual places. */
const USUAL: LoginFiles = {
  settings: [
    ['authorizedkeysfile', '.ssh/authorized_keys .ssh/authorized_keys2'],
    ['hostkey', '/etc/ssh/ssh_host_ed25519_key'],
    ['trustedusercakeys', 'none'],
  ],
  includes: ['/etc/ssh/sshd_config.d/*.conf'],
  sudoers: ['/etc/sudoers.d'],
  pam: ['/lib/security/pam_unix.so'],
};
const answers = (named: LoginFiles = USUAL) =>
  [
    [accountLook('root'), ROOT],
    [loginFilesLook('root'), named],
  ] as const;
const view = viewWith(answers());

const state = { exists: true, mode: '0755', owner: 'root', group: 'root', size: 0, mtime: 0 } as const;
const FILE: PathState = { ...state, type: 'file' };
const DIRECTORY: PathState = { ...state, type: 'directory' };
const LINK: PathState = { ...state, type: 'link', target: '/srv' };
const GONE: PathState = { exists: false };

function comparison(effects: readonly Effect[], action: Change['action'] = 'update'): Comparison {
  const changes = effects.flatMap((effect) =>
    effect.type === 'path' ? [{ resource: 'file', target: effect.path, action }] : [],
  );
  return { changes, effects, actions: () => [] };
}

function needed(path: string, now: PathState, action?: Change['action'], seen = view): GuardNeed | undefined {
  const effects: Effect[] = [{ type: 'path', path, state: now }];
  return needOf(comparison(effects, action), effects, seen);
}

describe('paths in the way of the login', () => {
  test.each([
    ['/etc/sudoers.d/ops', FILE],
    ['/etc/ssh/sshd_config', FILE],
    ['/etc/pam.d/sshd', GONE],
    ['/root/.ssh/authorized_keys', FILE],
    ['/root/.bashrc', FILE],
    ['/etc/systemd/system/ssh.service.d/override.conf', FILE],
    ['/etc/systemd/system/service.d/all.conf', FILE],
    ['/usr/lib/systemd/system/sshd@.service', FILE],
    ['/etc/systemd/system/ssh.service', GONE],
    ['/etc/bash.bashrc', FILE],
    ['/etc/zshenv', FILE],
    ['/etc/zsh/zprofile', FILE],
    ['/etc/fish/config.fish', FILE],
    ['/etc/csh.login', FILE],
    ['/etc/tcsh.cshrc', FILE],
    ['/run/sshd', GONE],
    ['/var/empty', GONE],
    ['/usr/lib/x86_64-linux-gnu/libcrypto.so.3', GONE],
    ['/lib/libz.so.1', FILE],
    ['/usr/lib64/libpam.so.0.85.1', LINK],
    ['/usr/lib/aarch64-linux-gnu/security/pam_unix.so', FILE],
    ['/usr/lib64/security/pam_unix.so', FILE],
    ['/usr/libexec/openssh/sshd-session', GONE],
    ['/usr/libexec/sudo/sudoers.so', GONE],
    ['/usr/bin/zsh', GONE],
    ['/usr/sbin/sshd', FILE],
    ['/usr/sbin/dropbear', FILE],
  ])('%s is kept whole', (path, now) => {
    expect(needed(path, now)?.paths).toEqual([{ path }]);
  });

  test.each([
    ...['/', '/etc', '/etc/ssh', '/root', '/root/.ssh', '/run', '/run/sshd', '/lib', '/lib64'],
    ...['/usr/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu/security', '/etc/systemd/system'],
  ])('of %s mode and owner are kept', (path) => {
    expect(needed(path, DIRECTORY)?.paths).toEqual([{ path, attributes: true }]);
  });

  test.each([
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', FILE],
    ['/usr/lib/x86_64-linux-gnu/libc-2.31.so', GONE],
    ['/usr/lib64/ld-linux-x86-64.so.2', GONE],
    ['/lib/ld-musl-x86_64.so.1', LINK],
    ['/lib/libc.musl-x86_64.so.1', GONE],
    ['/usr/lib/x86_64-linux-gnu/libselinux.so.1', GONE],
    ['/usr/lib/systemd/system/ssh.service', GONE],
    ['/usr/sbin/sshd', GONE],
    ['/usr/sbin/dropbear', GONE],
    ['/lib/systemd/system/dropbear.service', GONE],
    ['/etc/systemd/system/multi-user.target.wants/ssh.service', GONE],
    ['/etc/systemd/system/sockets.target.wants/ssh.socket', GONE],
    ['/etc/systemd/system/ssh.service', { ...LINK, target: '/dev/null' }],
    ['/usr/lib/x86_64-linux-gnu', GONE],
    ['/etc/systemd/system/multi-user.target.wants', GONE],
    ['/run', GONE],
  ])('a change to %s is refused: no rollback would mend it, or no new connection tell', (path, now) => {
    expect(() => needed(path, now)).toThrow('lock the controller out');
  });

  test.each([
    ...['/etc/profile.d/go.sh', '/usr/local/go', '/home/app/.ssh/authorized_keys', '/etc/sshd', '/opt'],
    ...['/usr/lib/jvm/lib/libjava.so', '/usr/local/lib/libapp.so', '/usr/lib/systemd/system/app.service'],
    ...['/etc/systemd/system/multi-user.target.wants/app.service', '/usr/lib/app/notes.txt', '/usr/bin/jq'],
  ])('%s is not in the way', (path) => {
    expect(needed(path, path === '/opt' ? DIRECTORY : FILE)).toBeUndefined();
  });

  test('what is new holds nothing, but may itself be in the way', () => {
    expect(needed('/srv/app', DIRECTORY, 'create')).toBeUndefined();
    expect(needed('/etc/nologin', FILE, 'create')?.paths).toEqual([{ path: '/etc/nologin' }]);
    expect(needed('/root/.ssh', DIRECTORY, 'create')?.paths).toEqual([{ path: '/root/.ssh' }]);
  });

  test.each([
    ['/etc', LINK],
    ['/root', GONE],
    ['/', GONE],
  ])('to take %s away is refused', (path, now) => {
    expect(() => needed(path, now)).toThrow('lock the controller out');
  });

  test('what lies in a directory that is kept is kept with it', () => {
    const effects: Effect[] = [
      { type: 'path', path: '/etc/ssh/sshd_config.d', state: DIRECTORY, fresh: true },
      { type: 'path', path: '/etc/ssh/sshd_config.d/a.conf', state: FILE },
    ];
    expect(needOf(comparison(effects), effects, view)?.paths).toEqual([{ path: '/etc/ssh/sshd_config.d' }]);
  });

  test('files of sshd are checked by sshd', () => {
    expect(needed('/etc/ssh/sshd_config.d/a.conf', FILE)?.checks).toHaveLength(1);
    expect(needed('/etc/ssh/ssh_host_ed25519_key', GONE)?.checks).toHaveLength(1);
    expect(needed('/usr/sbin/sshd', FILE)?.checks?.[0]?.script.text).toContain('/usr/sbin/sshd -t');
    expect(needed('/etc/sudoers.d/a', FILE)?.checks).toHaveLength(0);
  });
});

describe('paths that the host itself names', () => {
  const named: LoginFiles = {
    settings: [
      ['authorizedkeysfile', '%h/.keys /srv/current/%u'],
      ['authorizedkeyscommand', '/usr/local/sbin/keys --for %u'],
      ['trustedusercakeys', '/srv/ca.pub'],
      ['hostkey', '/srv/host/key'],
    ],
    includes: ['/srv/sshd/*.conf', '/*/wild.conf'],
    sudoers: ['/srv/sudoers'],
    pam: ['/srv/allowed'],
  };
  const to = (target: string) => ({ target, owner: 'root', real: undefined });
  const there = viewWith([...answers(named), [linkLook('/srv/current'), to('keys')]]);
  const on = (path: string, now: PathState, action?: Change['action']) => needed(path, now, action, there);

  test.each([
    ...['/root/.keys', '/srv/keys/root', '/srv/current', '/usr/local/sbin/keys', '/srv/ca.pub'],
    ...['/srv/host/key', '/srv/sshd/10-any.conf', '/srv/allowed', '/srv/sudoers/ops'],
  ])('%s is kept whole', (path) => {
    expect(on(path, FILE)?.paths).toEqual([{ path }]);
    expect(on(path, FILE, 'create')?.paths).toEqual([{ path }]);
    expect(on(path, GONE)?.paths).toEqual([{ path }]);
  });

  test.each(['/opt/fish/bin/fish', '/opt/fish/4/fish'])('the shell of the user that logs in: %s', (path) => {
    const account = { ...ROOT, shell: '/opt/fish/bin/fish' };
    const seen = viewWith([
      [accountLook('root'), account],
      [loginFilesLook('root'), USUAL],
      [linkLook('/opt/fish/bin/fish'), to('../4/fish')],
    ]);
    expect(needed(path, GONE, 'delete', seen)?.paths).toEqual([{ path }]);
    expect(needed('/opt/fish/bin/other', GONE, 'delete', seen)).toBeUndefined();
  });

  test.each(['/srv', '/srv/keys', '/srv/host', '/usr/local/sbin'])(
    'of %s mode and owner are kept',
    (path) => {
      expect(on(path, DIRECTORY)?.paths).toEqual([{ path, attributes: true }]);
    },
  );

  test.each(['/srv/keys/app', '/srv/keys/rooted', '/srv/app', '/wild.conf'])(
    '%s is not in the way',
    (path) => {
      expect(on(path, FILE)).toBeUndefined();
    },
  );

  test('a directory of such is not to be removed; what takes its place is to hold the same', () => {
    expect(() => on('/srv/keys', GONE)).toThrow('/srv/keys holds /srv/keys/root');
    expect(on('/srv/keys', LINK)?.paths).toEqual([{ path: '/srv/keys' }]);
    const tree = (...names: readonly string[]): Effect[] => [
      {
        type: 'path',
        path: '/srv/keys',
        state: DIRECTORY,
        tree: { get: (name) => (names.includes(name) ? { state: { ...state, type: 'file' } } : undefined) },
      },
    ];
    const [holds, lacks] = [tree('root', 'app'), tree('app')];
    expect(needOf(comparison(holds), holds, there)?.paths).toEqual([{ path: '/srv/keys' }]);
    expect(() => needOf(comparison(lacks), lacks, there)).toThrow('/srv/keys holds /srv/keys/root');
  });

  test('what sshd reads is checked by sshd', () => {
    expect(on('/srv/sshd/a.conf', FILE)?.checks).toHaveLength(1);
    expect(on('/srv/host/key', FILE)?.checks).toHaveLength(1);
    expect(on('/srv/keys/root', FILE)?.checks).toHaveLength(0);
  });
});

test('with --no-guard what would have been refused is done, and its reason kept', () => {
  const effects: Effect[] = [{ type: 'path', path: '/root', state: LINK }];
  const refused = comparison(effects);
  expect(() => needOf(refused, effects, view)).toThrow('this would lock the controller out');
  const unguarded = viewWith(answers(), { guarded: false });
  needOf(refused, effects, unguarded.after([]));
  expect(unguarded.overruled).toEqual([
    expect.stringMatching(/^this would lock the controller out: \/root holds /),
  ]);
});

test('what changes nothing needs nothing, and a command cannot be guarded', () => {
  const path: Effect = { type: 'path', path: '/etc/sudoers', state: FILE };
  expect(needOf({ ...comparison([path]), changes: [] }, [path], view)).toBeUndefined();
  const effects: Effect[] = [path, { type: 'anything', reason: 'a command' }];
  expect(needOf(comparison(effects), effects, view)).toBeUndefined();
});

test('what the host itself names is asked for only where that matters', () => {
  const ask = (path: string, now: PathState) => {
    const effects: Effect[] = [{ type: 'path', path, state: now }];
    return firstLooks((blank) => needOf(comparison(effects), effects, blank));
  };
  expect(ask('/etc/sudoers', FILE)).toEqual([]);
  expect(ask('/etc/ssh/sshd_config', FILE)).toEqual([]);
  expect(ask('/etc/motd', FILE)).toEqual(['login files:root', 'account:root']);
  expect(ask('/usr/local/go', LINK)).toEqual(['login files:root', 'account:root']);
});

test('two needs are met in turn, though each may end its script', () => {
  const both = bothNeeds({ what: 'a', settle: sh`exit 0` }, { what: 'b', settle: sh`echo b` });
  expect(both?.what).toBe('a, b');
  expect(both?.settle?.text).toBe('(\nexit 0\n)\n(\necho b\n)');
});
