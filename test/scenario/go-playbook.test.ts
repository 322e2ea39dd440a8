import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliEvent, type CliResult, changesByHost, provision } from '../support/cli.ts';
import { type GoJob, goJob } from '../support/go-job.ts';
import { labName } from '../support/lab-name.ts';

const execute = promisify(execFile);

let lab: Lab;
let hosts: readonly LabHost[];
let job: GoJob;

beforeAll(async () => {
  lab = await openLab({ name: labName('gojob') });
  hosts = await lab.up({ bookworm: 1, bullseye: 1, trixie: 1 });
  job = await goJob(lab);
});
afterAll(async () => {
  await lab?.down();
  if (job !== undefined) rmSync(job.directory, { recursive: true });
});

describe('the Go playbook on fresh hosts of three Debian versions', () => {
  let predicted: CliResult;

  test('the dry run lists changes and writes nothing', async () => {
    const marks = await Promise.all(hosts.map((host) => lab.mark(host)));
    predicted = await provision([...job.args, '--dry-run', '--json', '--detailed-exitcode']);
    expect(predicted.code, predicted.stderr).toBe(2);
    for (const [index, host] of hosts.entries()) {
      expect(changesByHost(predicted)[host.name]?.length).toBeGreaterThan(15);
      expect(await lab.written(host, marks[index] as never)).toEqual([]);
    }
  });

  test('apply makes exactly the changes that the dry run listed', async () => {
    const applied = await provision([...job.args, '--json']);
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    expect(changesByHost(applied)).toEqual(changesByHost(predicted));
    for (const report of hostReports(applied)) expect(report.surprises).toEqual([]);
  });

  test('a login as deploy with the pushed key finds the pinned Go', async () => {
    for (const host of hosts) {
      const { stdout } = await execute('ssh', [
        '-i',
        job.deployKey,
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'LogLevel=ERROR',
        '-o',
        'BatchMode=yes',
        '-p',
        String(host.port),
        `deploy@${host.address}`,
        'bash -lc "go version && go env GOROOT GOPATH"',
      ]);
      expect(stdout).toBe(`go version go${job.version} linux/amd64\n/usr/local/go\n/home/deploy/go\n`);
    }
  });

  test('the firewall is active: 22 is open, a listed port is, an unlisted one is not', async () => {
    for (const host of hosts) {
      const { stdout } = await lab.exec(host, 'ufw status');
      expect(stdout).toMatch(/^Status: active/);
      await lab.exec(
        host,
        `for p in 8080 9999; do
           systemd-run --quiet --unit=listen$p python3 -m http.server $p
           for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do ss -ltn | grep -q ":$p " && break; sleep 1; done
         done`,
      );
      expect(await opens(host.address, 22)).toBe(true);
      expect(await opens(host.address, 8080)).toBe(true);
      expect(await opens(host.address, 9999)).toBe(false);
      await lab.exec(host, 'systemctl stop listen8080 listen9999');
    }
  });

  test('a second run changes nothing, over one connection and at most two round trips', async () => {
    const again = await provision([...job.args, '--json']);
    expect(again.code).toBe(0);
    expect(Object.values(changesByHost(again)).flat()).toEqual([]);
    for (const report of hostReports(again)) {
      expect(report.connections).toBe(1);
      expect(report.roundTrips).toBeLessThanOrEqual(2);
      expect(report.bytesSent).toBe(0);
    }
  });

  test('with a memory of the hosts it takes one round trip, and two where a fact is another than remembered', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'provision-memory-'));
    const run = () => provision([...job.args, '--json'], { env: { XDG_CACHE_HOME: cache } });
    const trips = async (): Promise<readonly number[]> => {
      const result = await run();
      expect(result.code, result.stdout).toBe(0);
      expect(Object.values(changesByHost(result)).flat()).toEqual([]);
      return hostReports(result).map(({ roundTrips }) => roundTrips);
    };
    expect(await trips()).toEqual(hosts.map(() => 2));
    expect(await trips()).toEqual(hosts.map(() => 1));
    const folder = join(cache, 'provision/proofs');
    const files = readdirSync(folder).map((name) => join(folder, name));
    expect(files).toHaveLength(hosts.length);
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(text).toContain('"amd64"');
      writeFileSync(file, text.replaceAll('"amd64"', '"arm64"'));
    }
    expect(await trips()).toEqual(hosts.map(() => 2));
    expect(await trips()).toEqual(hosts.map(() => 1));
    rmSync(cache, { recursive: true });
  });
});

const HALF_DONE: readonly { readonly title: string; readonly prepare: string }[] = [
  { title: 'the user exists without a home', prepare: 'groupadd deploy; useradd -M -g deploy deploy' },
  {
    title: 'the keys file is writable by all',
    prepare:
      'groupadd deploy; useradd -m -g deploy -s /bin/bash deploy; install -d -o deploy -g deploy /home/deploy/.ssh; touch /home/deploy/.ssh/authorized_keys; chmod 0666 /home/deploy/.ssh/authorized_keys',
  },
  {
    title: 'ufw is inactive, with stray rules',
    prepare: 'ufw allow 9999/tcp; ufw deny 22/udp; ufw allow 80/tcp',
  },
  {
    title: 'half of the tree is there',
    prepare:
      'mkdir -p /usr/local/go-1.19.8/bin /usr/local/go-1.19.8/src; echo x >/usr/local/go-1.19.8/VERSION; ln -s go-1.19.8 /usr/local/go',
  },
  {
    title: 'the archive is cut short',
    prepare:
      'mkdir -p /var/lib/artifacts; head -c 1000000 /dev/zero >/var/lib/artifacts/go1.19.8.linux-amd64.tar.gz',
  },
];

describe('from half-done states the dry run is right too', () => {
  for (const [turn, state] of HALF_DONE.entries()) {
    test(state.title, async () => {
      // The versions take turns: what differs between them is tried above and in the contract tests.
      const host = hosts[turn % hosts.length] as LabHost;
      const here = [...job.args, '--limit', host.name];
      await lab.reset(host);
      const made = await lab.exec(host, state.prepare);
      expect(made.code, made.stderr).toBe(0);
      const mark = await lab.mark(host);
      const predicted = await provision([...here, '--dry-run', '--json']);
      expect(predicted.code, predicted.stdout + predicted.stderr).toBe(0);
      expect(await lab.written(host, mark)).toEqual([]);
      const applied = await provision([...here, '--json']);
      expect(applied.code, applied.stdout + applied.stderr).toBe(0);
      expect(changesByHost(applied)).toEqual(changesByHost(predicted));
      const drift = await provision(['drift', ...here]);
      expect(drift.code, drift.stdout).toBe(0);
    });
  }
});

interface ReportedHost {
  readonly connections: number;
  readonly roundTrips: number;
  readonly bytesSent: number;
  readonly surprises: readonly unknown[];
}

function hostReports(result: CliResult): readonly ReportedHost[] {
  const reports = result.events.filter((event: CliEvent) => event.event === 'host-finished');
  expect(reports).toHaveLength(hosts.length);
  return reports as unknown as readonly ReportedHost[];
}

function opens(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: address, port });
    const end = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(1_500, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
