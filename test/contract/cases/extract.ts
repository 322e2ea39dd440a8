import { createHash } from 'node:crypto';
import { packed } from '../../support/archives.ts';
import { tarArchive } from '../../support/tar-archive.ts';
import type { ContractCase } from '../case.ts';
import { everywhere } from '../everywhere.ts';

const CONTENTS = {
  'app/': '',
  'app/VERSION': 'app 1.2.3\n',
  'app/bin/tool': { mode: 0o755, content: '#!/bin/sh\necho tool\n' },
  'app/bin/alias': { link: 'tool' },
  'app/share/doc/a b': 'text\n',
  "app/share/it's $(odd) \\x2d *": 'odd\n',
  'app/share/é': 'é\n',
  'app/empty/': '',
};
const gz = packed(CONTENTS, 'tar', ['--format=gnu', '-z']);
const TOOL = createHash('sha256').update('#!/bin/sh\necho tool\n').digest('hex');
const PIN = createHash('sha256').update(gz).digest('hex');
const DEST = '/srv/app-1.2.3';
const SRV = 'mkdir -p /srv';

/** The tree as it should be, unpacked past the tool. */
const THERE = `umask 022; mkdir -p ${DEST}; echo '${gz.toString('base64')}' | base64 -d | gzip -dc |
  tar -xpf - --strip-components=1 -C ${DEST} || exit 1; cd ${DEST}`;
const RIGHT = `cd ${DEST} && [ "$(cat VERSION)" = 'app 1.2.3' ] && [ "$(bin/alias)" = tool ] && [ -d empty ] &&
  [ "$(stat -c '%a %u:%g' bin/tool)" = '755 0:0' ] && [ "$(stat -c '%a %Y' VERSION)" = '644 1672531200' ]`;
const upload = { upload: { src: 'app.tar.gz', dest: '/srv/app.tar.gz' } };
const extract = { extract: { src: '/srv/app.tar.gz', dest: DEST, strip: 1 } };
const fromController = { extract: { archive: 'app.tar.gz', dest: DEST, strip: 1 } };
const files = { 'app.tar.gz': gz };

function drifted(
  title: string,
  drift: string,
  expectChanges: number,
  more: Partial<ContractCase> = {},
): ContractCase {
  return {
    title,
    files,
    prepare: `${THERE}; ${drift}`,
    steps: [fromController],
    after: RIGHT,
    expectChanges,
    ...more,
  };
}

function format(title: string, archive: Buffer, more: Partial<ContractCase> = {}): ContractCase {
  return {
    title,
    files: { archive },
    prepare: SRV,
    steps: [
      { upload: { src: 'archive', dest: '/srv/archive' } },
      { extract: { src: '/srv/archive', dest: DEST, strip: 1 } },
    ],
    after: RIGHT,
    expectChanges: 2,
    ...more,
  };
}

function unsafe(title: string, archive: Buffer, reason: RegExp): ContractCase {
  return {
    title,
    files: { 'bad.tar': archive },
    steps: [{ extract: { archive: 'bad.tar', dest: DEST } }],
    refusedOn: everywhere(reason),
  };
}

export const cases: readonly ContractCase[] = [
  {
    title: 'an archive that an earlier step uploads, with a link that a later step looks through',
    files,
    prepare: SRV,
    steps: [
      upload,
      { extract: { src: '/srv/app.tar.gz', dest: DEST, strip: 1, link: '/srv/app', sha256: PIN } },
      { verify: { path: '/srv/app/bin/tool', sha256: TOOL } },
    ],
    after: `${RIGHT} && [ "$(readlink /srv/app)" = ${DEST} ]`,
    expectChanges: 3,
  },
  {
    title: 'straight from the controller, where nothing is stored but the tree',
    files,
    prepare: SRV,
    steps: [fromController],
    after: `${RIGHT} && [ "$(ls -A /srv)" = app-1.2.3 ]`,
    expectChanges: 1,
  },
  {
    title: 'the archive on the host is the named one of the controller',
    files,
    prepare: `${SRV}; echo '${gz.toString('base64')}' | base64 -d >/srv/app.tar.gz`,
    steps: [{ extract: { src: '/srv/app.tar.gz', archive: 'app.tar.gz', dest: DEST, strip: 1 } }],
    after: RIGHT,
    expectChanges: 1,
  },
  { title: 'a tree that is right already', files, prepare: THERE, steps: [fromController], expectChanges: 0 },
  {
    title: 'a tree that is right already, byte for byte',
    files,
    prepare: THERE,
    steps: [fromController],
    deep: true,
    expectChanges: 0,
  },
  {
    title: 'right already, while the archive on the host is gone and its directory, too',
    files,
    prepare: THERE,
    steps: [{ extract: { src: '/gone/app.tar.gz', archive: 'app.tar.gz', dest: DEST, strip: 1 } }],
    expectChanges: 0,
  },
  // The first change counts; the others name.
  drifted('half of it is there', 'rm -rf bin share/doc; rm VERSION', 4),
  drifted('a directory with nothing in it', 'rm -rf ..?* .[!.]* *', 5),
  drifted('a file too many', 'echo x >more', 2),
  drifted('another mode', 'chmod 700 bin/tool', 2),
  drifted('another owner', 'chown 4242 share', 2),
  drifted('another target', 'rm bin/alias; ln -s ../bin/tool bin/alias', 2),
  drifted('other content', 'echo x >>VERSION', 3),
  drifted('a link where a directory was', 'mv share /srv/elsewhere; ln -s /srv/elsewhere share', 5, {
    after: `${RIGHT} && [ -d /srv/elsewhere ] && [ ! -L share ]`,
  }),
  drifted(
    'other bytes behind the same size and time',
    `printf 'APP 1.2.3\\n' >VERSION; touch -d @1672531200 VERSION`,
    2,
    {
      deep: true,
    },
  ),
  drifted(
    'other bytes, when the step itself is deep',
    `printf 'APP 1.2.3\\n' >VERSION; touch -d @1672531200 VERSION`,
    2,
    {
      steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, deep: true } }],
    },
  ),
  {
    title: 'what is kept is not compared',
    files,
    prepare: `${THERE}; mkdir -p logs; echo line >logs/x; echo own >share/é`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs', 'share/é'] } }],
    after: `${RIGHT} && [ "$(cat logs/x share/é)" = 'line
own' ]`,
    expectChanges: 0,
  },
  {
    title: 'what is kept is carried over when the tree is replaced',
    files,
    prepare: `${THERE}; mkdir -p logs; echo line >logs/x; chown 77 logs; echo own >share/é; rm VERSION`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs', 'share/é'] } }],
    after: `${RIGHT} && [ "$(cat logs/x share/é)" = 'line
own' ] && [ "$(stat -c %u logs)" = 77 ]`,
    expectChanges: 2,
  },
  {
    title: 'directories above what is kept stay as they are where the archive has none',
    files,
    prepare: `${THERE}; mkdir -p conf/d more; chown 77:78 conf; chmod 2750 conf; echo own >conf/d/x; echo old >conf/y; rm VERSION`,
    steps: [
      { extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['conf/d/x', 'conf/d', 'more/none'] } },
    ],
    after: `${RIGHT} && [ "$(cat conf/d/x)" = own ] && [ ! -e conf/y ] && [ -d more ] &&
      [ "$(stat -c '%a %u:%g' conf)" = '2750 77:78' ]`,
    expectChanges: 3,
  },
  {
    title: 'what is kept takes the place of what the archive has there, and several directories are kept',
    files,
    prepare: `${THERE}; rm -rf share bin/alias VERSION; ln -s /nowhere share; echo 1 >empty/one; mkdir b; echo 2 >b/two`,
    steps: [
      { extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['share', 'b', 'empty/one', 'none'] } },
    ],
    after: `${RIGHT} && [ "$(cat empty/one b/two)" = '1
2' ] && [ "$(readlink share)" = /nowhere ]`,
    expectChanges: 3,
  },
  {
    title: 'something is to be kept behind a link that the owner of the tree has laid',
    files,
    prepare: `mkdir -p ${DEST} /root/sec; echo secret >/root/sec/local.yml; ln -s /root/sec ${DEST}/config; chown -hR 77 ${DEST}`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['config/local.yml'] } }],
    refusedOn: everywhere(
      /app-1\.2\.3\/config is a link on this host: config\/local\.yml is not kept through it/,
    ),
  },
  {
    title: 'something is to be kept below a file of the archive',
    files,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['VERSION/x'] } }],
    refusedOn: everywhere(/VERSION\/x cannot be kept: VERSION is a file in the archive/),
  },
  {
    title: 'the link lies in the tree',
    files,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, link: `${DEST}/current` } }],
    refusedOn: everywhere(/must not lie one within the other/),
  },
  {
    title: 'the tree lies behind the link',
    files,
    steps: [{ extract: { archive: 'app.tar.gz', dest: '/srv/app/1', strip: 1, link: '/srv/app' } }],
    refusedOn: everywhere(/must not lie one within the other/),
  },
  {
    title: 'a run that was cut off while it carried over: what was kept is in the old tree again',
    files,
    prepare: `${THERE}; mkdir logs conf; echo line >logs/x; echo own >conf/a; cd /srv; umask 077; W=.provision-0123456789ab-app-1.2.3
      mkdir -p $W/new/logs $W/kept.1/it $W/kept.2; printf '%s\\n' logs conf/a >$W/keep
      mv app-1.2.3/logs/x $W/kept.1/it/x; rmdir app-1.2.3/logs; mkdir $W/new/conf; mv app-1.2.3/conf/a $W/new/conf/a; mv app-1.2.3 $W/old`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs', 'conf/a'] } }],
    after: `${RIGHT} && [ "$(cat logs/x conf/a)" = 'line
own' ] && [ "$(ls -A /srv)" = app-1.2.3 ]`,
    expectChanges: 1,
  },
  {
    title: 'a directory above with a default ACL',
    files,
    beyondFiles: true,
    only: ['bullseye', 'bookworm', 'trixie'],
    // Set without setfacl, which these hosts lack: default:user::rwx, user:games:rwx, group::rwx, mask::rwx, other::---.
    prepare: `${SRV}; perl -e '
      my $acl = pack "V(vvV)*", 2, map { ($$_[0], $$_[1], $$_[2]) } [1,7,-1], [2,7,5], [4,7,-1], [16,7,-1], [32,0,-1];
      my ($path, $name) = ("/srv", "system.posix_acl_default");
      syscall(188, $path, $name, $acl, length $acl, 0) == 0 or die "setxattr: $!";
      ' && mkdir /srv/probe && [ "$(stat -c %a /srv/probe)" = 770 ] && rmdir /srv/probe`,
    steps: [fromController],
    after: RIGHT,
    expectChanges: 1,
  },
  {
    title: 'the next version, and the link is switched',
    files,
    prepare: 'mkdir -p /srv/app-1.2.2; echo old >/srv/app-1.2.2/VERSION; ln -s /srv/app-1.2.2 /srv/app',
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, link: '/srv/app' } }],
    after: `${RIGHT} && [ "$(readlink /srv/app)" = ${DEST} ] && [ -f /srv/app-1.2.2/VERSION ]`,
    expectChanges: 2,
  },
  {
    title: 'directories and owner come from earlier steps',
    only: ['bullseye', 'bookworm', 'trixie'],
    files,
    steps: [
      { group: { name: 'crew' } },
      { user: { name: 'sailor', group: 'crew' } },
      { directory: { path: '/opt/ship', owner: 'sailor' } },
      {
        extract: {
          archive: 'app.tar.gz',
          dest: '/opt/ship/app',
          strip: 1,
          owner: 'sailor',
          link: '/opt/ship/current',
        },
      },
    ],
    after: `[ "$(stat -c '%U:%G' /opt/ship/app /opt/ship/app/bin/tool | sort -u)" = 'sailor:crew' ]`,
  },
  {
    title: 'an earlier step makes the very directory',
    files,
    prepare: SRV,
    steps: [{ directory: { path: DEST } }, fromController],
    after: RIGHT,
    expectChanges: 6,
  },
  {
    title: 'a tree of an owner who is there',
    files,
    prepare: `${THERE}; chown -R 1:1 .`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, owner: 'daemon', group: 'daemon' } }],
    only: ['bullseye', 'bookworm', 'trixie'],
    expectChanges: 0,
  },
  {
    title: 'what runs that were cut off left is removed',
    files,
    prepare: `${SRV}/.provision-0123456789ab-app-1.2.3/new/deep; mkdir /srv/.provision-aaaaaaaaaaaa-app-1.2.3; echo x >/srv/.provision-bbbbbbbbbbbb-app-1.2.3`,
    steps: [fromController],
    after: `${RIGHT} && [ "$(ls -A /srv)" = app-1.2.3 ]`,
    expectChanges: 1,
  },
  {
    title: 'a run that was cut off between the two renames: what was kept is not lost',
    files,
    prepare: `${THERE}; mkdir logs; echo line >logs/x; cd /srv; mkdir .provision-0123456789ab-app-1.2.3; mv app-1.2.3 .provision-0123456789ab-app-1.2.3/old`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs'] } }],
    after: `${RIGHT} && [ "$(cat logs/x)" = line ] && [ "$(ls -A /srv)" = app-1.2.3 ]`,
    expectChanges: 1,
  },
  {
    title: 'a directory above that passes its group on',
    files,
    prepare: 'mkdir -p /srv; chgrp 7 /srv; chmod 2775 /srv',
    steps: [fromController],
    after: `${RIGHT} && [ "$(stat -c '%a %g' . bin share | sort -u)" = '755 0' ]`,
    expectChanges: 1,
  },
  format('tar.xz', packed(CONTENTS, 'tar', ['--format=gnu', '-J'])),
  format('tar.zst', packed(CONTENTS, 'tar', ['--format=gnu', '--zstd']), {
    refusedOn: { busybox: /this host has no "zstd".*\n.*install the package zstd/ },
  }),
  format('tar.zst from the controller, which undoes the compression where the host cannot', Buffer.alloc(0), {
    files: { archive: packed(CONTENTS, 'tar', ['--format=gnu', '--zstd']) },
    steps: [{ extract: { archive: 'archive', dest: DEST, strip: 1 } }],
    expectChanges: 1,
  }),
  format('plain tar', packed(CONTENTS, 'tar', ['--format=gnu'])),
  format(
    'tar with extended headers',
    packed({ ...CONTENTS, [`app/${'long'.repeat(30)}`]: '' }, 'tar', ['--format=posix', '-z']),
    {
      refusedOn: { busybox: /has extended \(pax\) headers, which the tar of this host does not read/ },
    },
  ),
  format('zip', packed(withoutBackslash(CONTENTS), 'zip', [])),
  format('zip from the controller', packed(withoutBackslash(CONTENTS), 'zip', []), {
    steps: [{ extract: { archive: 'archive', dest: DEST, strip: 1 } }],
    expectChanges: 1,
  }),
  {
    title: 'hard links, long names, and names that are not UTF-8',
    files: {
      'odd.tar': tarArchive([
        { name: 'top/', type: '5', mode: 0o755 },
        { name: 'top/lat\xe9n', content: 'x' },
        { name: 'top/hard', type: '1', link: 'top/lat\xe9n' },
        { name: '././@LongLink', type: 'L', content: `top/${'long/'.repeat(30)}end\0`, magic: 'ustar  \0' },
        { name: 'top/short', content: 'end', magic: 'ustar  \0' },
        { name: 'top/-dash', content: '', mode: 0o400 },
      ]),
    },
    prepare: SRV,
    steps: [{ extract: { archive: 'odd.tar', dest: '/srv/odd', strip: 1 } }],
    after: `cd /srv/odd && [ "$(cat ${'long/'.repeat(30)}end hard)" = endx ]`,
    expectChanges: 1,
  },
  {
    title: 'nothing is known of the archive',
    files,
    prepare: SRV,
    steps: [extract],
    refusedOn: everywhere(/what \/srv\/app\.tar\.gz holds is not known on the controller/),
  },
  {
    title: 'another archive on the host than on the controller',
    files,
    prepare: `${SRV}; echo other >/srv/app.tar.gz`,
    steps: [{ extract: { src: '/srv/app.tar.gz', archive: 'app.tar.gz', dest: DEST, strip: 1 } }],
    refusedOn: everywhere(/\/srv\/app\.tar\.gz on this host is not app\.tar\.gz/),
  },
  {
    title: 'another hash than the pinned one',
    files,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, sha256: '0'.repeat(64) } }],
    refusedOn: everywhere(/app\.tar\.gz is not the pinned archive/),
  },
  {
    title: 'a directory stands where the link is to be',
    files,
    prepare: `${SRV}/app`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, link: '/srv/app' } }],
    refusedOn: everywhere(/\/srv\/app is a directory on this host, not a link/),
  },
  {
    title: 'a link stands where the tree is to be',
    files,
    prepare: `${SRV}/real; ln -s real ${DEST}`,
    steps: [fromController],
    refusedOn: everywhere(/is a link to real on this host, not a directory/),
  },
  {
    title: 'something is mounted in the tree that is to be replaced, from the same file system',
    files,
    prepare: `${THERE}; rm VERSION; mkdir logs /srv/data; echo precious >/srv/data/db; mount -o bind /srv/data logs`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs'] } }],
    refusedOn: everywhere(
      /something is mounted in \/srv\/app-1\.2\.3 on this host \(\/srv\/app-1\.2\.3\/logs\)/,
    ),
  },
  {
    title: 'a mount point in a tree that is right as it is stays',
    files,
    prepare: `${THERE}; mkdir logs /srv/data; echo precious >/srv/data/db; mount -o bind /srv/data logs`,
    steps: [{ extract: { archive: 'app.tar.gz', dest: DEST, strip: 1, keep: ['logs'] } }],
    expectChanges: 0,
  },
  {
    title: 'the tree is a mount point itself',
    files,
    prepare: `mkdir -p ${DEST}; mount -t tmpfs tmpfs ${DEST}`,
    steps: [fromController],
    refusedOn: everywhere(/\/srv\/app-1\.2\.3 is a mount point on this host/),
  },
  {
    title: 'a damaged archive',
    files: { 'app.tar.gz': gz.subarray(0, gz.length - 20) },
    steps: [fromController],
    refusedOn: everywhere(/app\.tar\.gz cannot be extracted: it is damaged/),
  },
  {
    title: 'no archive at all',
    files: { 'app.tar.gz': 'hello' },
    steps: [fromController],
    refusedOn: everywhere(/it is no archive that is known/),
  },
  unsafe(
    'a member that leads out',
    tarArchive([{ name: '../../etc/x' }]),
    /not safe to unpack: \.\.\/\.\.\/etc\/x leads out/,
  ),
  unsafe(
    'an absolute name',
    tarArchive([{ name: '/etc/x' }]),
    /not safe to unpack: \/etc\/x is an absolute name/,
  ),
  unsafe(
    'a member behind a link',
    tarArchive([
      { name: 'l', type: '2', link: '.' },
      { name: 'l/x', content: 'x' },
    ]),
    /not safe to unpack: l\/x lies below something that is a link/,
  ),
  unsafe(
    'a setuid program',
    tarArchive([{ name: 'su', mode: 0o4755 }]),
    /not safe to unpack: su has the setuid/,
  ),
  unsafe(
    'a device',
    tarArchive([{ name: 'null', type: '3' }]),
    /not safe to unpack: null is a character device/,
  ),
];

/** yauzl refuses names with a backslash. */
function withoutBackslash(contents: typeof CONTENTS): typeof CONTENTS {
  const kept = Object.entries(contents).filter(([name]) => !name.includes('\\'));
  return Object.fromEntries(kept) as typeof CONTENTS;
}
