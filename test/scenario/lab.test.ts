import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lab, LabHost, LoginUser } from '../lab/index.ts';
import { goTarball, LabError, openLab } from '../lab/index.ts';
import { stateDirectory } from '../lab/paths.ts';
import { labName } from '../support/lab-name.ts';

/** A lab of its own, so that one that somebody works with is not disturbed. */
const NAME = labName('selftest');
let lab: Lab;
let debian: LabHost;
let bullseye: LabHost;
let trixie: LabHost;
let busybox: LabHost;

beforeAll(async () => {
  lab = await openLab({ name: NAME });
  await lab.down();
  [debian, bullseye, trixie, busybox] = (await lab.up({
    bookworm: 1,
    bullseye: 1,
    trixie: 1,
    busybox: 1,
  })) as unknown as [LabHost, LabHost, LabHost, LabHost];
});
afterAll(async () => {
  await lab.down();
});

interface Login {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command through OpenSSH, with the host key checked against the lab's known_hosts. */
async function login(host: LabHost, user: LoginUser, command: string): Promise<Login> {
  const [file, ...args] = await lab.sshCommand(host, user);
  const ran = spawnSync(file!, [...args.slice(0, -1), '-o', 'ConnectTimeout=3', ...args.slice(-1), command], {
    encoding: 'utf8',
  });
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
}

/** What a TCP client sees on the host's SSH port: the server's greeting, an error code, or nothing in two seconds. */
async function knock(host: LabHost): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: host.address, port: host.port, timeout: 2_000 });
    const done = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', () => done('greeting'));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'error'));
    socket.once('timeout', () => done('silence'));
  });
}

/** The paths that `script`, run as root without ssh, writes. */
async function writtenBy(host: LabHost, script: string): Promise<readonly string[]> {
  const mark = await lab.mark(host);
  const ran = await lab.exec(host, script);
  expect(ran).toMatchObject({ code: 0 });
  return lab.written(host, mark);
}

describe('hosts', () => {
  it.each(['root', 'ops'] as const)('let %s in by key', async (user) => {
    for (const host of [debian, bullseye, trixie]) {
      const answer = await login(host, user, 'hostname; id -un; sudo -n id -u');
      expect(answer).toMatchObject({ code: 0, stdout: `${host.name}\n${user}\n0\n` });
    }
  });

  it('run the systems they are named after', async () => {
    const release = async (host: LabHost): Promise<string> =>
      (await lab.exec(host, '. /etc/os-release; echo $VERSION_CODENAME')).stdout.trim();
    expect(await Promise.all([debian, bullseye, trixie].map(release))).toEqual([
      'bookworm',
      'bullseye',
      'trixie',
    ]);
  });

  it('have sshd as Debian ships it', async () => {
    for (const host of [debian, bullseye, trixie]) {
      const settings = (await lab.exec(host, 'sshd -T')).stdout;
      expect(settings).toMatch(/^permitrootlogin (without-password|prohibit-password)$/m);
      expect(settings).toMatch(/^usedns no$/m);
    }
  });

  it('have, on busybox, none of what the tool must not lean on', async () => {
    const names = 'bash python3 perl systemctl sudo getent ufw useradd sftp-server';
    const ran = await login(busybox, 'root', `for name in ${names}; do command -v $name; done; echo $0`);
    expect(ran).toMatchObject({ code: 0, stdout: 'sh\n' });
  });

  it('run commands without ssh, inside and in /', async () => {
    for (const host of [debian, bullseye, trixie, busybox]) {
      expect(await lab.exec(host, 'hostname; pwd; test -e etc/hostname; ls -d proc')).toEqual({
        code: 0,
        stdout: `${host.name}\n/\nproc\n`,
        stderr: '',
      });
      expect(await lab.exec(host, ['cat', 'etc/hostname'])).toMatchObject({ stdout: `${host.name}\n` });
      expect(await lab.exec(host, 'echo no >&2; exit 7')).toEqual({ code: 7, stdout: '', stderr: 'no\n' });
      expect(await lab.exec(host, 'cat', { stdin: 'in' })).toMatchObject({ stdout: 'in' });
    }
  });

  it('are kept by a second up', async () => {
    const before = await lab.status();
    await lab.up({ bookworm: 1, busybox: 1 });
    expect(await lab.status()).toEqual(before);
  });

  it('are kept by up in whatever state they were left', async () => {
    await lab.exec(trixie, 'userdel ops; systemd-run --wait --unit=broken false');
    await lab.killSshd(trixie);
    await lab.cut(trixie);
    await lab.up({ trixie: 1 });
    expect(await login(trixie, 'root', 'systemctl is-system-running')).toMatchObject({
      stdout: 'degraded\n',
    });
    await lab.reset(trixie);
  });

  it('have no way out of this machine', async () => {
    for (const host of [debian, busybox]) {
      expect((await lab.exec(host, 'ip route')).stdout.trim()).toMatch(
        /^10\.213\.\d+\.0\/24 dev host0 [^\n]*$/,
      );
    }
  });
});

describe('written', () => {
  it('is empty after logins that did nothing', async () => {
    for (const host of [debian, bullseye, trixie, busybox]) {
      const mark = await lab.mark(host);
      for (const user of host === busybox ? (['root'] as const) : (['root', 'ops'] as const)) {
        expect(await login(host, user, user === 'ops' ? 'sudo -n true' : 'true')).toMatchObject({ code: 0 });
      }
      expect(await lab.written(host, mark)).toEqual([]);
    }
  });

  it('names files that were created, changed and removed', async () => {
    expect(await writtenBy(debian, 'mkdir -p /srv/a/b; echo x >/srv/a/b/c; ln -s c /srv/a/b/d')).toEqual([
      '/srv',
      '/srv/a',
      '/srv/a/b',
      '/srv/a/b/c',
      '/srv/a/b/d',
    ]);
    expect(await writtenBy(debian, 'echo 127.0.9.9 other >>/etc/hosts')).toEqual(['/etc/hosts']);
    expect(await writtenBy(debian, 'rm /etc/motd')).toEqual(['/etc', '/etc/motd']);
    expect(await writtenBy(debian, 'rm -r /srv/a')).toEqual([
      '/srv',
      '/srv/a',
      '/srv/a/b',
      '/srv/a/b/c',
      '/srv/a/b/d',
    ]);
  });

  it('names files of which only the metadata changed', async () => {
    expect(await writtenBy(debian, 'chmod 600 /etc/fstab')).toEqual(['/etc/fstab']);
    expect(await writtenBy(debian, 'chown ops /opt')).toEqual(['/opt']);
    expect(await writtenBy(debian, 'touch /etc/shells')).toEqual(['/etc/shells']);
    expect(await writtenBy(debian, 'chmod 600 /etc/fstab')).toEqual(['/etc/fstab']); // ctime alone tells
  });

  it('is not deceived by equal size and a restored time', async () => {
    expect(await writtenBy(debian, 'echo one >/opt/f')).toEqual(['/opt', '/opt/f']);
    const forge = 'touch -r /opt/f /opt/t; echo two >/opt/f; touch -r /opt/t /opt/f; rm /opt/t';
    expect(await writtenBy(debian, forge)).toEqual(['/opt', '/opt/f']);
  });

  it('shows by its directory a file that came and went', async () => {
    for (const host of [debian, bullseye, trixie, busybox]) {
      for (const directory of ['/tmp', '/dev/shm', '/root']) {
        expect(await writtenBy(host, `: >${directory}/x; rm ${directory}/x`), host.name).toEqual([directory]);
      }
    }
  });

  it('sees the file systems in memory', async () => {
    for (const host of [debian, bullseye, trixie, busybox]) {
      expect(await writtenBy(host, 'mkdir /run/x; : >/run/x/y'), host.name).toEqual(
        host === busybox ? ['/run', '/run/x', '/run/x/y'].slice(1) : ['/run/x', '/run/x/y'],
      );
    }
  });

  it('does not name files that were only read', async () => {
    expect(
      await writtenBy(debian, 'cat /etc/passwd /usr/bin/ssh >/dev/null; ls -laR /etc /run >/dev/null'),
    ).toEqual([]);
  });

  it('refuses a mark from before a reset', async () => {
    const mark = await lab.mark(busybox);
    await lab.reset(busybox);
    await expect(lab.written(busybox, mark)).rejects.toThrow(LabError);
  });
});

describe('reset', () => {
  it('brings back the first state, with the same host keys', async () => {
    await lab.exec(debian, 'echo x >/srv/kept; userdel ops; ufw --force enable; hostname other');
    await lab.exec(busybox, 'rm -r /root/.ssh');
    await lab.reset(debian, busybox);
    const state = await login(debian, 'ops', 'ls /srv; hostname; sudo ufw status; sudo iptables -S');
    expect(state).toMatchObject({
      code: 0,
      stdout: 'bookworm1\nStatus: inactive\n-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n',
    });
    expect(await login(busybox, 'root', 'true')).toMatchObject({ code: 0 });
  });

  it('leaves the other hosts alone', async () => {
    const before = await lab.status();
    await lab.reset(debian);
    const after = await lab.status();
    const pid = (name: string, list: typeof after): number | undefined =>
      list.find((host) => host.name === name)?.pid;
    expect(pid('trixie1', after)).toBe(pid('trixie1', before));
    expect(pid('bookworm1', after)).not.toBe(pid('bookworm1', before));
  });
});

describe('restore', () => {
  /** All files of the host, but for those that logins write: their metadata, and the content of those in /etc. */
  function everything(host: LabHost, pid: number | undefined): readonly string[] {
    const memory = ['/run', '/dev/shm', ...(host === trixie ? ['/tmp'] : [])];
    const lines = ['', ...memory].flatMap((point) => {
      const root = point === '' ? host.root : `/proc/${pid}/root${point}`;
      const format = `${point}/%P\\t%y %m %U %G %T@ %l\\n`;
      return said('find', `${root}/`, '-xdev', '-printf', format);
    });
    const lasting = lines.filter((line) => {
      const path = line.split('\t')[0]!.replace(/(.)\/$/, '$1');
      return !lab.loginNoise.some((noise) => noise.test(path));
    });
    const sums = said('find', `${host.root}/etc`, '-type', 'f', '-exec', 'sha256sum', '{}', '+');
    return [...lasting.sort(), ...sums.sort()];
  }

  function said(...argv: readonly string[]): string[] {
    const ran = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    return ran.stdout.split('\n');
  }

  function missingFrom(list: readonly string[], lines: readonly string[]): readonly string[] {
    const known = new Set(list);
    return lines.filter((line) => !known.has(line));
  }

  async function pidOf(host: LabHost): Promise<number | undefined> {
    return (await lab.status()).find(({ name }) => name === host.name)?.pid;
  }

  const CHANGES = [
    'mkdir -p /srv/a/b "/srv/it\'s a"; echo x >"/srv/it\'s a/-f"; ln -s /etc /srv/a/b/etc',
    'echo more >>/etc/passwd; touch /etc/group; chmod 600 /etc/shadow; chown 7:8 /root',
    'echo lost >/etc/hosts; rm /etc/hostname; mkdir /etc/hostname; rm -r /root/.ssh',
    'cp -p /etc/group /etc/forged; echo x >>/etc/group; touch -r /etc/forged /etc/group',
    'echo x >/run/x; mkdir /tmp/x /dev/shm/x; echo x >/tmp/x/y; chmod 700 /tmp',
    'rm -rf /etc/skel; mv /etc/init.d /etc/moved; ln -s moved /etc/init.d; mkfifo /opt-fifo',
  ];

  it('brings back every file while the host runs on', async () => {
    for (const host of [debian, bullseye, trixie, busybox]) {
      await lab.reset(host);
      let checkpoint = await lab.checkpoint(host);
      const pid = await pidOf(host);
      const before = everything(host, pid);
      for (const changes of [...(host === debian ? CHANGES : []), CHANGES.join('\n'), 'true']) {
        expect(await lab.exec(host, changes), host.name).toMatchObject({ code: 0 });
        checkpoint = await lab.restore(host, checkpoint);
        expect(await pidOf(host), `${host.name}: ${changes}`).toBe(pid);
        const after = everything(host, pid);
        expect(missingFrom(before, after), `${host.name}: ${changes}`).toEqual([]);
        expect(missingFrom(after, before), `${host.name}: ${changes}`).toEqual([]);
        expect(await login(host, 'root', 'true')).toMatchObject({ code: 0 });
      }
    }
  });

  it.each([
    ['a process', 'sleep 1000 >/dev/null 2>&1 </dev/null &'],
    ['a service that was restarted', 'systemctl restart cron'],
    ['a firewall rule', 'iptables -A INPUT -p tcp --dport 9 -j DROP'],
    ['the host name', 'hostname other'],
    ['a mount', 'mount -t tmpfs tmpfs /mnt'],
    ['a directory that was made anew', 'rm -r /etc/skel; mkdir /etc/skel'],
    ['a file that is in no layer', 'rm /var/lib/systemd/linger; rmdir /var/lib/systemd/linger; true'],
  ])('resets a host on which there is %s', async (_, change) => {
    await lab.reset(debian);
    const checkpoint = await lab.checkpoint(debian);
    const pid = await pidOf(debian);
    expect(await lab.exec(debian, change)).toMatchObject({ code: 0 });
    const again = await lab.restore(debian, checkpoint);
    expect(await pidOf(debian)).not.toBe(pid);
    expect(await lab.written(debian, again.mark)).toEqual([]);
    expect(await lab.exec(debian, 'hostname; ls -A /etc/skel | wc -l; iptables -S INPUT')).toMatchObject({
      stdout: 'bookworm1\n3\n-P INPUT ACCEPT\n',
    });
  });
});

describe('ufw', () => {
  it('drops packets on the host it was enabled on, and on no other', async () => {
    for (const host of [debian, bullseye, trixie]) {
      expect(await knock(host)).toBe('greeting');
      expect(await lab.exec(host, 'ufw --force enable')).toMatchObject({ code: 0 });
      expect(await knock(host), host.name).toBe('silence');
      expect(await lab.exec(host, 'ufw allow 22/tcp')).toMatchObject({ code: 0 });
      expect(await knock(host), host.name).toBe('greeting');
    }
    expect(await knock(busybox)).toBe('greeting');
    await lab.reset(debian, bullseye, trixie);
  });
});

describe('faults', () => {
  it('cut drops packets in silence, and heal lets a connection go on', async () => {
    const [file, ...args] = await lab.sshCommand(debian, 'root');
    const session = spawn(file!, [...args, 'cat']);
    const ended = new Promise<number | null>((resolve) => session.once('close', resolve));
    const said: string[] = [];
    session.stdout.on('data', (data: Buffer) => said.push(data.toString()));
    session.stdin.write('before\n');
    await expect.poll(() => said.join(''), { timeout: 10_000 }).toBe('before\n');
    await lab.cut(debian);
    expect((await lab.status()).find((host) => host.name === debian.name)?.network).toBe('cut');
    session.stdin.write('during\n');
    expect(await knock(debian)).toBe('silence');
    expect(said.join('')).toBe('before\n');
    await lab.heal(debian);
    expect(await knock(debian)).toBe('greeting');
    await expect.poll(() => said.join(''), { timeout: 20_000 }).toBe('before\nduring\n');
    session.stdin.end();
    expect(await ended).toBe(0);
  });

  it.each(['bookworm1', 'trixie1', 'busybox1'])(
    'a killed sshd of %s refuses, and open sessions live on',
    async (name) => {
      const host = await lab.host(name);
      const [file, ...args] = await lab.sshCommand(host, 'root');
      const session = spawn(file!, [...args, 'echo in; exec cat']);
      const ended = new Promise<number | null>((resolve) => session.once('close', resolve));
      await new Promise((resolve) => session.stdout.once('data', resolve));
      await lab.killSshd(host);
      expect(await knock(host)).toBe('ECONNREFUSED');
      session.stdin.write('still here\n');
      expect(String(await new Promise((resolve) => session.stdout.once('data', resolve)))).toBe(
        'still here\n',
      );
      await lab.killSshd(host, { sessions: true });
      expect(await ended).toBe(255);
      await lab.startSshd(host);
      await expect.poll(() => knock(host), { timeout: 10_000 }).toBe('greeting');
    },
  );

  it('a host without power keeps its disk, and not its firewall rules', async () => {
    await lab.exec(debian, 'echo kept >/srv/kept; sync; iptables -A INPUT -p tcp --dport 9 -j DROP');
    await lab.powerOff(debian);
    expect((await lab.status()).find((host) => host.name === debian.name)?.state).toBe('stopped');
    await lab.powerOn(debian);
    expect((await lab.exec(debian, 'cat /srv/kept; iptables -S INPUT')).stdout).toBe(
      'kept\n-P INPUT ACCEPT\n',
    );
    await lab.reset(debian);
  });

  it.each(['bookworm1', 'bullseye1', 'trixie1', 'busybox1'])(
    'a reboot of %s keeps its disk only',
    async (name) => {
      const host = await lab.host(name);
      const rule =
        name === 'busybox1' ? 'true' : 'iptables -A INPUT -p tcp --dport 9 -j DROP; iptables -S INPUT';
      await lab.exec(host, `echo kept >/root/kept; echo lost >/run/lost; ${rule}`);
      await lab.reboot(host);
      const look = name === 'busybox1' ? 'true' : 'iptables -S INPUT';
      const state = await login(host, 'root', `cat /root/kept; ls /run/lost 2>/dev/null; ${look}`);
      expect(state.stdout).toBe(name === 'busybox1' ? 'kept\n' : 'kept\n-P INPUT ACCEPT\n');
      await lab.reset(host);
    },
  );

  it('a full disk is full for root, in / and /usr/local, and shows no new file', async () => {
    const hosts = await lab.up({ bookworm: 2, busybox: 2 }, { diskMiB: 64 });
    for (const host of hosts) {
      const mark = await lab.mark(host);
      await lab.fillDisk(host);
      for (const file of ['/usr/local/x', '/x']) {
        const ran = await lab.exec(host, ['dd', 'if=/dev/zero', `of=${file}`, 'bs=64k', 'count=1']);
        expect(ran.code, host.name).toBe(1);
        expect(ran.stderr).toContain('No space left on device');
        await lab.exec(host, ['rm', file]);
      }
      const written = await lab.written(host, mark);
      expect(written.filter((path) => path !== '/' && path !== '/usr/local')).toEqual([]);
      await lab.freeDisk(host);
      expect(await lab.exec(host, 'dd if=/dev/zero of=/usr/local/x bs=1M count=8')).toMatchObject({
        code: 0,
      });
    }
    await lab.fillDisk(hosts[0]!, 1024 * 1024);
    const blocks = (await lab.exec(hosts[0]!, ['stat', '-f', '-c', '%a %S', '/'])).stdout.split(' ');
    const free = Number(blocks[0]) * Number(blocks[1]);
    expect(free).toBeGreaterThan(900 * 1024);
    expect(free).toBeLessThanOrEqual(1024 * 1024);
    await lab.reset(...hosts);
    expect(await lab.exec(hosts[0]!, 'test ! -e /usr/local/x')).toMatchObject({ code: 0 });
  });

  it('says how to get a disk that can be filled', async () => {
    await expect(lab.fillDisk(trixie)).rejects.toThrow('--disk');
  });
});

describe('files for the tool under test', () => {
  it('include an inventory in the format of Ansible', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lab-test-'));
    const file = join(directory, 'inventory.yml');
    await lab.writeInventory(file, { user: 'ops' });
    const inventory = load(await readFile(file, 'utf8'));
    expect(inventory).toMatchObject({
      all: {
        vars: { provision_known_hosts: lab.knownHosts },
        children: {
          fleet: {
            children: {
              bookworm: { hosts: { bookworm1: { ansible_host: debian.address, ansible_user: 'ops' } } },
              busybox: { hosts: { busybox1: { ansible_host: busybox.address, ansible_user: 'root' } } },
            },
          },
        },
      },
    });
    await rm(directory, { recursive: true });
  });

  it('include a Go toolchain that runs where it is unpacked', async () => {
    const go = await goTarball();
    const archive = await readFile(go.path);
    expect(await lab.exec(trixie, 'tar -xzf - -C /usr/local', { stdin: archive })).toMatchObject({ code: 0 });
    const program = 'package main\nfunc main() { println("hello") }\n';
    const script = `cd /opt; PATH=$PATH:/usr/local/go/bin; go version; go env GOROOT; cat >main.go; go run main.go 2>&1`;
    expect(await lab.exec(trixie, script, { stdin: program })).toMatchObject({
      code: 0,
      stdout: `go version go${go.version} linux/${go.arch}\n/usr/local/go\nhello\n`,
    });
    for (const host of [bullseye, busybox]) {
      await lab.exec(host, 'tar -xzf - -C /usr/local go/bin go/pkg/tool', { stdin: archive });
      expect((await lab.exec(host, 'cd /usr/local/go/bin; ./go version; ./go tool compile -V')).stdout).toBe(
        `go version go${go.version} linux/${go.arch}\ncompile version go${go.version}\n`,
      );
    }
  });
});

describe('down', () => {
  it('removes one lab and not another, even when its records are lost', async () => {
    const other = await openLab({ name: `${NAME}-b` });
    const [neighbour] = await other.up({ busybox: 1 });
    try {
      await rm(stateDirectory(NAME), { recursive: true });
      await lab.down();
      expect(await traces(NAME)).toEqual([]);
      expect(await knock(neighbour!)).toBe('greeting');
      const [again] = await lab.up({ busybox: 1 });
      expect(await knock(again!)).toBe('greeting');
    } finally {
      await other.down();
    }
    await lab.down();
    expect(await traces(NAME)).toEqual([]);
    expect(await traces(`${NAME}-b`)).toEqual([]);
  });
});

/** Everything on this machine that carries the lab's name: processes, mounts, namespaces, bridges. */
async function traces(name: string): Promise<readonly string[]> {
  const found: string[] = [];
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  found.push(...mounts.split('\n').filter((line) => line.includes(`/labs/${name}/`)));
  found.push(...(await readdir('/run/netns')).filter((entry) => entry.startsWith(`provision-lab.${name}.`)));
  const links = JSON.parse(spawnSync('ip', ['-json', 'link']).stdout.toString()) as {
    readonly ifalias?: string;
  }[];
  found.push(...links.flatMap((link) => (link.ifalias === `provision-lab:${name}` ? ['bridge'] : [])));
  for (const id of (await readdir('/proc')).filter((entry) => /^[0-9]+$/.test(entry))) {
    const groups = await readFile(`/proc/${id}/cgroup`, 'utf8').catch(() => '');
    const ended = / [ZX] /.test(await readFile(`/proc/${id}/stat`, 'utf8').catch(() => ' X '));
    if (!ended && groups.includes(`/provision-lab/${name}/`)) found.push(`process ${id}`);
  }
  const loops = spawnSync('losetup', ['--list', '--noheadings', '--output', 'BACK-FILE']).stdout.toString();
  found.push(...loops.split('\n').filter((line) => line.includes(`/labs/${name}/`)));
  return found;
}
