import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startRelay } from '../../bench/relay/start-relay.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { provision } from '../support/cli.ts';
import { type DelayedLink, delayedLink } from '../support/delayed-link.ts';
import { labName } from '../support/lab-name.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
/** No multiple of anything. */
const SIZE = 40 * MIB + 12_345;
const bytes = randomBytes(SIZE);
const SHA256 = createHash('sha256').update(bytes).digest('hex');
const PART = 'dd bs=65536 seek=';

let lab: Lab;
let debian: LabHost;
let busybox: LabHost;
let directory: string;
const links: DelayedLink[] = [];

beforeAll(async () => {
  lab = await openLab({ name: labName('long-link') });
  const hosts = await lab.up({ bookworm: 1, busybox: 1 }, { diskMiB: 256 });
  debian = hosts.find(({ distro }) => distro === 'bookworm') as LabHost;
  busybox = hosts.find(({ distro }) => distro === 'busybox') as LabHost;
  directory = mkdtempSync(join(tmpdir(), 'provision-long-'));
  writeFileSync(join(directory, 'big.bin'), bytes);
  writeFileSync(
    join(directory, 'upload.yml'),
    JSON.stringify({
      name: 'Upload',
      hosts: 'all',
      steps: [{ upload: { src: 'big.bin', dest: '/srv/files/big.bin' } }],
    }),
  );
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  await lab.reset(debian, busybox);
  for (const host of [debian, busybox]) {
    await lab.exec(host, 'mkdir -p /srv/files; echo old >/srv/files/big.bin');
  }
});
afterEach(() => {
  for (const link of links.splice(0)) link.cut();
});

/**
 * Uploads over a link so slow that one can see it happen: 60 ms there and back, and less to the small host, whose server
 * takes only 24 KiB at a time.
 */
async function upload(host: LabHost, rate = 16 * MIB, playbook = 'upload.yml') {
  const link = await delayedLink(host, { delay: host === busybox ? 12 : 30, rate });
  links.push(link);
  const inventory = join(directory, `inventory-${link.port}.yml`);
  writeFileSync(
    inventory,
    JSON.stringify({ all: { hosts: { far: { ansible_host: '127.0.0.1', ansible_port: link.port } } } }),
  );
  const known = join(directory, `known-${link.port}`);
  writeFileSync(known, '');
  const running = provision([
    ...['-i', inventory, '-u', 'root', '--private-key', lab.privateKey, '--known-hosts', known],
    ...['--host-key-checking', 'accept-new', join(directory, playbook)],
  ]);
  return { link, running };
}

/** Whether the file that is being made has holes: only with several channels it does not grow from the front. */
async function comesInParts(host: LabHost, folder = '/srv/files'): Promise<boolean> {
  const { stdout } = await lab.exec(host, `stat -c '%s %b' ${folder}/.provision-* 2>/dev/null; true`);
  const [size = 0, blocks = 0] = stdout.split(' ').map(Number);
  return size > blocks * 512 + MIB;
}

async function files(host: LabHost): Promise<string> {
  const { stdout } = await lab.exec(host, 'cd /srv/files; ls -A; sha256sum <big.bin');
  return stdout;
}
const WHOLE = `big.bin\n${SHA256}  -\n`;
const OLD = `big.bin\n${createHash('sha256').update('old\n').digest('hex')}  -\n`;

describe('a large file over a long link', () => {
  test.each(['bookworm', 'busybox'] as const)('comes over several channels to %s', async (distro) => {
    const host = distro === 'bookworm' ? debian : busybox;
    const { running } = await upload(host);
    await until(() => comesInParts(host));
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    expect(await files(host)).toBe(WHOLE);
  });

  test('comes whole when the other channels are slower than its own', async () => {
    const slow = '/usr/local/bin/dd';
    const script = `#!/bin/sh\ncase $* in *seek=*) sleep 1 ;; esac\nexec /usr/bin/dd "$@"\n`;
    await lab.exec(debian, `printf %s '${script}' >${slow}; chmod 755 ${slow}`);
    try {
      const { running } = await upload(debian, Number.POSITIVE_INFINITY);
      const { code, stdout, stderr } = await running;
      expect(code, stdout + stderr).toBe(0);
      expect(await files(debian)).toBe(WHOLE);
    } finally {
      await lab.exec(debian, `rm -f ${slow}`);
    }
  });

  test('comes over several channels with the folder that it is in', async () => {
    const folder = join(directory, 'folder');
    mkdirSync(folder);
    copyFileSync(join(directory, 'big.bin'), join(folder, 'a-big.bin'));
    writeFileSync(join(folder, 'small'), 'small\n');
    const steps = [{ upload: { src: 'folder/', dest: '/srv/files/folder' } }];
    writeFileSync(join(directory, 'folder.yml'), JSON.stringify({ name: 'Folder', hosts: 'all', steps }));
    const { running } = await upload(debian, 16 * MIB, 'folder.yml');
    await until(() => comesInParts(debian, '/srv/files/folder'));
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    const left = await lab.exec(debian, 'cd /srv/files/folder; ls -A; sha256sum <a-big.bin');
    expect(left.stdout).toBe(`a-big.bin\nsmall\n${SHA256}  -\n`);
  });

  test('leaves the shells of other users room where a host allows few channels', async () => {
    await lab.exec(debian, "sed -i '1i MaxSessions 2' /etc/ssh/sshd_config && systemctl restart ssh");
    const steps = [
      { upload: { src: 'big.bin', dest: '/srv/files/big.bin' }, register: 'sent' },
      // Its shell is not needed before there is something to be locked for.
      {
        command: { argv: ['touch', '/tmp/daemons'], creates: '/tmp/daemons' },
        when: 'sent.changed',
        become: true,
        become_user: 'daemon',
      },
    ];
    const playbook = JSON.stringify({ name: 'Upload, and more', hosts: 'all', steps });
    writeFileSync(join(directory, 'others.yml'), playbook);
    const { running } = await upload(debian, Number.POSITIVE_INFINITY, 'others.yml');
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    expect(await files(debian)).toBe(WHOLE);
  });

  test.each(['bookworm', 'busybox'] as const)(
    'cut in the middle, the old file stays whole on %s and nothing is left',
    async (distro) => {
      const host = distro === 'bookworm' ? debian : busybox;
      const { link, running } = await upload(host);
      await until(() => comesInParts(host));
      // The file itself is for all to read.
      const { stdout: beside } = await lab.exec(host, 'cd /srv/files && stat -c "%a %U %n" .provision-*');
      expect(beside).toMatch(/^600 root \.provision-[0-9a-f]{12}-big\.bin\n$/);
      link.cut();
      const { code, stdout, stderr } = await running;
      expect(code, stdout + stderr).toBe(3);
      expect(stdout + stderr).toContain('whether the change was made is not known');
      await until(async () => (await files(host)) === OLD);
      const again = await upload(host, Number.POSITIVE_INFINITY);
      expect((await again.running).code).toBe(0);
      expect(await files(host)).toBe(WHOLE);
    },
  );

  test('a channel that ends before it has begun is done without', async () => {
    // The first login shell is the session's own.
    await lab.exec(debian, 'cat - /root/.bashrc >/tmp/rc; cp /tmp/rc /root/.bashrc', {
      stdin: 'mkdir /tmp/first 2>/dev/null || { echo "no more shells" >&2; exit 1; }\n',
    });
    const { running } = await upload(debian, Number.POSITIVE_INFINITY);
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    expect((await lab.exec(debian, 'ls -d /tmp/first')).code).toBe(0);
    expect(await files(debian)).toBe(WHOLE);
  });

  test('a channel that ends in the middle fails the step, and the old file stays', async () => {
    const { running } = await upload(debian);
    await until(() => comesInParts(debian));
    await lab.exec(debian, `pkill -KILL -n -f '^${PART}'`);
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(3);
    expect(stdout + stderr).toMatch(/the file arrived (incomplete|with other bytes)/);
    expect(await files(debian)).toBe(OLD);
  });

  test('a disk that fills up is named', async () => {
    const { running } = await upload(debian);
    await until(() => comesInParts(debian));
    await lab.exec(debian, 'cat /dev/zero >/var/ballast 2>/dev/null; true');
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(3);
    expect(stdout + stderr).toContain('No space left for /srv/files/big.bin');
    expect(await files(debian)).toBe(OLD);
  });

  test('where there is no room, nothing is sent, though the channels for it were opened', async () => {
    await lab.exec(debian, 'mount -t tmpfs -o size=20m none /srv/files; echo old >/srv/files/big.bin');
    const { running } = await upload(debian);
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(3);
    expect(stdout + stderr).toContain('No space left for /srv/files/big.bin');
    expect(await files(debian)).toBe(OLD);
    await lab.exec(debian, 'umount /srv/files');
  });

  test('also into a directory with a default ACL, which the umask does not bind', async () => {
    // default:user::rwx, user:games:rwx, group::rwx, mask::rwx, other::---, set without setfacl.
    const { code: set, stderr: wrong } = await lab.exec(
      debian,
      `perl -e '
        my $acl = pack "V(vvV)*", 2, map { ($$_[0], $$_[1], $$_[2]) } [1,7,-1], [2,7,5], [4,7,-1], [16,7,-1], [32,0,-1];
        my ($path, $name) = ("/srv/files", "system.posix_acl_default");
        syscall(188, $path, $name, $acl, length $acl, 0) == 0 or die "setxattr: $!"'`,
    );
    expect(set, wrong).toBe(0);
    const { running } = await upload(debian);
    await until(() => comesInParts(debian));
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    expect(await files(debian)).toBe(WHOLE);
  });

  test('a host that allows but one channel gets it over that one', async () => {
    await lab.exec(debian, 'echo MaxSessions 1 >/etc/ssh/sshd_config.d/one.conf; systemctl restart ssh');
    const { running } = await upload(debian, Number.POSITIVE_INFINITY);
    const { code, stdout, stderr } = await running;
    expect(code, stdout + stderr).toBe(0);
    expect(await files(debian)).toBe(WHOLE);
  });
});

// TCP, versions, keys, login, channel, command, looks: what each of them says cannot be known before. The end of it is another.
test('a run that changes nothing makes no trip that it need not make, counted by the link', async () => {
  const playbook = join(directory, 'trips.yml');
  writeFileSync(playbook, JSON.stringify({ hosts: 'all', steps: [{ directory: { path: '/srv/files' } }] }));
  const counted: number[] = [];
  for (const host of [debian, busybox]) {
    // So far that a busy machine's pauses do not count as waiting.
    const relay = await startRelay([{ ...host, user: 'root' } as never], 120);
    try {
      const [end] = relay.endpoints;
      const inventory = join(directory, `trips-${host.name}.yml`);
      const near = { ansible_host: end?.address, ansible_port: end?.port };
      writeFileSync(inventory, JSON.stringify({ all: { hosts: { far: near } } }));
      const known = join(directory, `trips-known-${host.name}`);
      writeFileSync(known, '');
      const trips = relay.nextTrips();
      const { code, stdout, stderr } = await provision([
        ...['-i', inventory, '-u', 'root', '--private-key', lab.privateKey, '--known-hosts', known],
        ...['--host-key-checking', 'accept-new', playbook],
      ]);
      expect(code, stdout + stderr).toBe(0);
      counted.push(await trips);
    } finally {
      await relay.stop();
    }
  }
  expect(counted).toEqual([7, 7]);
});
