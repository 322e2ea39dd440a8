import { expect, test } from 'vitest';
import { pathsOf } from '../../engine/guard/named-places.ts';
import { type LoginFiles, loginFilesLook } from './login-files.ts';

const look = loginFilesLook('ops');

function read(text: string): LoginFiles {
  const output = { stdout: Buffer.from(text), stderr: Buffer.alloc(0), code: 0, mark: 'mark' };
  return look.kind.parse(output, ['ops'] as never, {} as never)[0] as LoginFiles;
}

test('what sshd -T prints, and what a file says where it cannot be asked', () => {
  const { settings, includes, sudoers, pam } = read(`sudoers /srv/sudoers
pam /usr/lib/security/pam_listfile.so
pam /srv/allowed
include /srv/sshd/*.conf
set port 22
set authorizedkeysfile .ssh/authorized_keys /srv/keys/%u
set TrustedUserCAKeys=/srv/ca.pub
set "HostKey" "/srv/key"
set Match User ops
set authorizedkeyscommand none
`);
  expect(settings).toEqual([
    ['authorizedkeysfile', '.ssh/authorized_keys /srv/keys/%u'],
    ['trustedusercakeys', '/srv/ca.pub'],
    ['hostkey', '"/srv/key"'],
    ['authorizedkeyscommand', 'none'],
  ]);
  expect(sudoers).toEqual(['/srv/sudoers']);
  expect(includes).toEqual(['/srv/sshd/*.conf']);
  expect(pam).toEqual(['/usr/lib/security/pam_listfile.so', '/srv/allowed']);
});

test('a host that says nothing names nothing', () => {
  expect(read('')).toEqual({ settings: [], includes: [], sudoers: [], pam: [] });
});

test.each([
  [
    'authorizedkeysfile',
    '.ssh/authorized_keys /srv/%u//%U',
    ['/home/ops/.ssh/authorized_keys', '/srv/ops/1000'],
  ],
  ['authorizedkeysfile', '%h/.keys', ['/home/ops/.keys']],
  ['authorizedkeysfile', 'none', []],
  ['authorizedprincipalsfile', '/srv/100%%/%u', ['/srv/100%/ops']],
  ['authorizedkeyscommand', '/usr/bin/keys --user %u /srv/x', ['/usr/bin/keys']],
  ['hostkey', '"/srv/key"', ['/srv/key']],
])('%s %s', (keyword, value, paths) => {
  const account = { name: 'ops', home: '/home/ops', uid: 1000 };
  expect(pathsOf({ settings: [[keyword, value]] }, account).map(({ path }) => path)).toEqual(paths);
});
