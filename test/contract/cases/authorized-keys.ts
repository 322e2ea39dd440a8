import type { ContractCase } from '../case.ts';

function everywhere(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason, busybox: reason };
}

const ONE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICNO/Pfrd0HWMFPnXqYdQbsN82G8W/whpGBK+6wyiNig';
const TWO = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINaoSOkyUrYyOzxUHQ3ySA9Evtzds2HNuKzm2P0hBn/W';
const THREE = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICm8ToLXvYfgHMMvX02dnrzvwnwGwMevfug0wyIioE7P';
const FILE = '/home/k-ann/.ssh/authorized_keys';

/** The user k-ann with a home. */
const USER = `echo 'k-ann:x:1600:' >>/etc/group; echo 'k-ann:x:1600:1600::/home/k-ann:/bin/sh' >>/etc/passwd
mkdir /home/k-ann; chown 1600:1600 /home/k-ann; chmod 0755 /home/k-ann
`;
const DIRECTORY = `${USER}mkdir /home/k-ann/.ssh; chmod 0700 /home/k-ann/.ssh; chown 1600:1600 /home/k-ann/.ssh
`;

/** And with these lines in its file, as sshd wants it. */
function withKeys(...lines: readonly string[]): string {
  const text = lines.map((line) => `'${line}'`).join(' ');
  return `${DIRECTORY}printf '%s\\n' ${text} >${FILE}; chmod 0600 ${FILE}; chown 1600:1600 ${FILE}
`;
}

/** The file is exactly these lines, with the modes and owners that sshd wants. */
function holds(...lines: readonly string[]): string {
  const text = lines.map((line) => `'${line}'`).join(' ');
  return `set -e; printf '%s\\n' ${text} >/tmp/wanted; cmp /tmp/wanted ${FILE}; rm /tmp/wanted
[ "$(stat -c %U:%G:%a ${FILE})" = k-ann:k-ann:600 ]; [ "$(stat -c %U:%G:%a /home/k-ann/.ssh)" = k-ann:k-ann:700 ]`;
}

export const cases: readonly ContractCase[] = [
  {
    title: 'authorized_keys: the first key, with its directory',
    prepare: USER,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [`${ONE} one`] } }],
    expectChanges: 3,
    after: holds(`${ONE} one`),
  },
  {
    title: 'authorized_keys: for a user that an earlier step creates',
    steps: [
      { user: { name: 'k-ann' } },
      {
        authorized_keys: {
          user: 'k-ann',
          exclusive: true,
          keys: [`${ONE} one`, { key: TWO, options: ['restrict'] }],
        },
      },
    ],
    expectChanges: 7,
    after: holds(`${ONE} one`, `restrict ${TWO}`),
  },
  {
    title: 'authorized_keys: for a user with another home and group that earlier steps create',
    prepare: 'mkdir -p /srv',
    steps: [
      { group: { name: 'k-team' } },
      { user: { name: 'k-bob', group: 'k-team', home: '/srv/bob' } },
      { authorized_keys: { user: 'k-bob', keys: [ONE] } },
    ],
    expectChanges: 6,
    after: `set -e; [ "$(stat -c %U:%G:%a /srv/bob/.ssh/authorized_keys)" = k-bob:k-team:600 ]
[ "$(stat -c %U:%G:%a /srv/bob/.ssh)" = k-bob:k-team:700 ]; [ "$(cat /srv/bob/.ssh/authorized_keys)" = '${ONE}' ]`,
  },
  {
    title: 'authorized_keys: for the second name of a number',
    prepare: `echo 'k-two:x:1650:' >>/etc/group; mkdir /home/k-two; chown 1650:1650 /home/k-two; chmod 0755 /home/k-two
for n in one two; do echo "k-$n:x:1650:1650::/home/k-two:/bin/sh" >>/etc/passwd; done`,
    steps: [{ authorized_keys: { user: 'k-two', keys: [ONE] } }],
    expectChanges: 3,
    after: `set -e; [ "$(cat /home/k-two/.ssh/authorized_keys)" = '${ONE}' ]
[ "$(stat -c %u:%a /home/k-two/.ssh/authorized_keys)" = 1650:600 ]`,
  },
  {
    title: 'authorized_keys: present as wanted is no change',
    prepare: withKeys('# mine', `${ONE} one`, '', `${TWO} two`),
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE, `${TWO} two`] } }],
    expectChanges: 0,
  },
  {
    title: 'authorized_keys: bytes of others that are no UTF-8 stay as they are',
    prepare: `${DIRECTORY}printf 'command="echo \\374" %s M\\374ller\\n%s Jos\\303\\251 \\303\\240\\n' '${ONE}' '${TWO}' >${FILE}
chmod 0600 ${FILE}; chown 1600:1600 ${FILE}; cp ${FILE} /tmp/wanted`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [`${TWO} José à`, `${THREE} Zoë`] } }],
    expectChanges: 1,
    after: `set -e; printf '%s Zo\\303\\253\\n' '${THREE}' >>/tmp/wanted; cmp /tmp/wanted ${FILE}; rm /tmp/wanted`,
  },
  {
    title: 'authorized_keys: a key is added, everything else stays, a missing newline too',
    prepare: `${withKeys('# mine', `${ONE} one`, '', 'not understood')}printf '%s' '${TWO} two' >>${FILE}`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [`${THREE} three`] } }],
    expectChanges: 1,
    after: holds('# mine', `${ONE} one`, '', 'not understood', `${TWO} two`, `${THREE} three`),
  },
  {
    title: 'authorized_keys: mode 0666 is drift',
    prepare: `${withKeys(`${ONE} one`)}chmod 0666 ${FILE}`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    expectChanges: 1,
    after: holds(`${ONE} one`),
  },
  {
    title: 'authorized_keys: modes and owners of home, directory and file drifted',
    prepare: `${withKeys(`${ONE} one`)}chmod 0775 /home/k-ann; chown 0:0 /home/k-ann/.ssh ${FILE}; chmod 0755 /home/k-ann/.ssh; chmod 2755 /home/k-ann/.ssh`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    expectChanges: 6,
    after: `${holds(`${ONE} one`)}; [ "$(stat -c %a /home/k-ann)" = 755 ]`,
  },
  {
    title: 'authorized_keys: exclusive, an unrestricted duplicate before the restricted entry',
    prepare: withKeys(`${ONE} one`, `restrict,command="/bin/true" ${ONE} one`),
    steps: [
      {
        authorized_keys: {
          user: 'k-ann',
          exclusive: true,
          keys: [`restrict,command="/bin/true" ${ONE} one`],
        },
      },
    ],
    expectChanges: 1,
    after: holds(`restrict,command="/bin/true" ${ONE} one`),
  },
  {
    title: 'authorized_keys: the same without exclusive',
    prepare: withKeys(`${ONE} one`, `${TWO} two`, `restrict ${ONE} one`),
    steps: [{ authorized_keys: { user: 'k-ann', keys: [`restrict ${ONE}`] } }],
    expectChanges: 1,
    after: holds(`${TWO} two`, `restrict ${ONE} one`),
  },
  {
    title: 'authorized_keys: other options and another comment',
    prepare: withKeys(`from="10.0.0.0/8" ${ONE} one`, `${TWO} old`),
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE, `${TWO} new`] } }],
    expectChanges: 2,
    after: holds(`${ONE} one`, `${TWO} new`),
  },
  {
    title: 'authorized_keys: exclusive takes other keys and unknown lines away, and keeps comments',
    prepare: withKeys('# mine', `${TWO} two`, 'ssh-unknown AAAA x', `no-pty ${ONE} one`),
    steps: [{ authorized_keys: { user: 'k-ann', exclusive: true, keys: [`no-pty ${ONE} one`] } }],
    expectChanges: 2,
    after: holds('# mine', `no-pty ${ONE} one`),
  },
  {
    title: 'authorized_keys: absent, whatever the options',
    prepare: withKeys(`${ONE} one`, `${TWO} two`, `no-pty ${ONE}`),
    steps: [{ authorized_keys: { user: 'k-ann', state: 'absent', keys: [ONE, THREE] } }],
    expectChanges: 2,
    after: holds(`${TWO} two`),
  },
  {
    title: 'authorized_keys: absent where there is no file',
    prepare: USER,
    steps: [{ authorized_keys: { user: 'k-ann', state: 'absent', keys: [ONE] } }],
    expectChanges: 0,
    after: '[ ! -e /home/k-ann/.ssh ]',
  },
  {
    title: 'authorized_keys: two steps for one user',
    prepare: USER,
    steps: [
      { authorized_keys: { user: 'k-ann', keys: [`${ONE} one`] } },
      { authorized_keys: { user: 'k-ann', keys: [`${TWO} two`] } },
    ],
    expectChanges: 4,
    after: holds(`${ONE} one`, `${TWO} two`),
  },
  {
    title: 'authorized_keys: a home that is a link of root',
    prepare: `${USER}mkdir /srv-homes; mv /home/k-ann /srv-homes/ann; ln -s /srv-homes/ann /home/k-ann`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    expectChanges: 3,
    after: holds(ONE),
  },
  {
    title: "authorized_keys: a file outside of the home, in root's directory",
    prepare: `${USER}mkdir -p /etc/ssh/keys; chmod 0755 /etc/ssh/keys`,
    steps: [{ authorized_keys: { user: 'k-ann', path: '/etc/ssh/keys/k-ann', keys: [ONE] } }],
    expectChanges: 2,
    after: `set -e; [ "$(stat -c %U:%G:%a /etc/ssh/keys/k-ann)" = k-ann:k-ann:600 ]; [ ! -e /home/k-ann/.ssh ]`,
  },
  {
    title: 'authorized_keys: ~/.ssh is a link',
    prepare: `${USER}mkdir -m 0700 /root-only; ln -s /root-only /home/k-ann/.ssh`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    refusedOn: everywhere(/\/home\/k-ann\/\.ssh is a link to \/root-only on this host, not a directory/),
  },
  {
    title: 'authorized_keys: the file is a link',
    prepare: `${DIRECTORY}ln -s /etc/shadow ${FILE}`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    refusedOn: everywhere(/authorized_keys is a link to \/etc\/shadow on this host, not a file/),
  },
  {
    title: 'authorized_keys: ~/.ssh belongs to another user',
    prepare: `${DIRECTORY}chown 1:1 /home/k-ann/.ssh`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    refusedOn: everywhere(/\.ssh belongs to \S+ on this host, not to k-ann/),
  },
  {
    title: 'authorized_keys: the home belongs to another user',
    prepare: `${USER}chown 1:1 /home/k-ann`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    refusedOn: everywhere(/the home \/home\/k-ann of "k-ann" belongs to/),
  },
  {
    title: 'authorized_keys: a user that nobody creates',
    steps: [{ authorized_keys: { user: 'k-nobody', keys: [ONE] } }],
    refusedOn: everywhere(/the user "k-nobody" does not exist on this host/),
  },
  {
    title: 'authorized_keys: a home that is not there',
    prepare: `${USER}rmdir /home/k-ann`,
    steps: [{ authorized_keys: { user: 'k-ann', keys: [ONE] } }],
    refusedOn: everywhere(/the home \/home\/k-ann of "k-ann" does not exist/),
  },
  {
    title: 'authorized_keys: exclusive with no key',
    prepare: withKeys(ONE),
    steps: [{ authorized_keys: { user: 'k-ann', exclusive: true, keys: [] } }],
    refusedOn: everywhere(/would lock everybody out/),
  },
  {
    title: 'authorized_keys: a key that is cut off',
    steps: [{ authorized_keys: { user: 'root', keys: [ONE, `${TWO.slice(0, -8)}`] } }],
    refusedOn: everywhere(/keys\[1\]: the key is cut off/),
  },
  {
    title: 'authorized_keys: the directory is not managed, and not there',
    prepare: USER,
    steps: [{ authorized_keys: { user: 'k-ann', manage_dir: false, keys: [ONE] } }],
    refusedOn: everywhere(/\.ssh does not exist on this host, and "manage_dir" is false/),
  },
];
