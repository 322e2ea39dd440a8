import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goTarball } from '../lab/go-tarball.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type CliEvent, type CliResult, provision } from '../support/cli.ts';
import { blocksMarked, type DocFile, filesOf, writePage } from '../support/docs.ts';
import { labName } from '../support/lab-name.ts';

/** What the README and the guide promise of their playbooks, tried on a real host that is named as in the pages. */
const GUIDE = 'docs/guide.md';
const INVENTORY = 'inventory/lab.yml';

let lab: Lab;
let host: LabHost;
const folders: string[] = [];

beforeAll(async () => {
  lab = await openLab({ name: labName('docs') });
  [host] = (await lab.up({ bookworm: 1 })) as [LabHost];
});
beforeEach(async () => {
  await lab.reset(host);
});
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await lab?.down();
});

/** The page's files in a folder, with an inventory that leads its first web server to the lab. */
function folderOf(page: string, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'provision-docs-'));
  folders.push(folder);
  writePage(page, folder);
  mkdirSync(join(folder, 'inventory'), { recursive: true });
  const inventory = {
    all: {
      vars: {
        ansible_user: 'ops',
        ansible_become: true,
        ansible_ssh_private_key_file: lab.privateKey,
        provision_known_hosts: lab.knownHosts,
      },
    },
    web: { hosts: { [name]: { ansible_host: host.address, ansible_port: host.port } } },
    db: {},
    prod: { children: { web: {}, db: {} } },
  };
  writeFileSync(join(folder, INVENTORY), JSON.stringify(inventory));
  return folder;
}

/** Values that differ between the lab and the fleet of the guide. */
async function variablesFor({ name }: DocFile, folder: string): Promise<readonly string[]> {
  if (name === 'preflight.yml') return ['-e', '{"proxy": {"host": "127.0.0.1", "port": 22}}'];
  if (name !== 'go.yml') return [];
  const { path, sha256, version, arch } = await goTarball();
  mkdirSync(join(folder, 'artifacts'));
  symlinkSync(path, join(folder, 'artifacts', `go${version}.linux-${arch}.tar.gz`));
  return ['-e', JSON.stringify({ go: { version, sha256: { [arch]: sha256 } } })];
}

const PLAYBOOKS = [
  ...filesOf('README.md')
    .filter(({ info }) => info === 'playbook')
    .map((file) => ({ file, server: 'web01.example' })),
  ...filesOf(GUIDE)
    .filter(({ info }) => info === 'playbook recipe')
    .map((file) => ({ file, server: 'web01.example.com' })),
];

test('there are playbooks to try', () => {
  expect(PLAYBOOKS.map(({ file }) => file.name)).toEqual([
    'motd.yml',
    'site.yml',
    'restart.yml',
    'preflight.yml',
    'access.yml',
    'firewall.yml',
    'ssh.yml',
    'go.yml',
  ]);
});

describe.each(PLAYBOOKS)('$file.page: $file.name', ({ file, server }) => {
  test('does what its dry run says, and then there is nothing left to do', async () => {
    const folder = folderOf(file.page, server);
    const args = ['-i', INVENTORY, file.name, ...(await variablesFor(file, folder))];
    const call = (...more: readonly string[]): Promise<CliResult> =>
      provision([...args, ...more], { cwd: folder });
    const mark = await lab.mark(host);
    const predicted = await call('--dry-run', '--json');
    expect(predicted.code, predicted.stdout + predicted.stderr).toBe(0);
    expect(await lab.written(host, mark)).toEqual([]);
    const applied = await call('--json');
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    const deferred = new Set(stepsOf(predicted, 'deferred').map(({ id }) => id));
    const changes = (result: CliResult) => stepsOf(result, 'changed').filter(({ id }) => !deferred.has(id));
    expect(changes(applied)).toEqual(changes(predicted));
    // A check of what is there changes nothing.
    expect(changes(applied).length > 0).toBe(file.name !== 'preflight.yml');
    const again = await call('--json');
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(stepsOf(again, 'changed')).toEqual([]);
    expect(stepsOf(again, 'deferred')).toEqual([]);
    const drift = await provision(['drift', ...args], { cwd: folder });
    expect(drift.code, drift.stdout + drift.stderr).toBe(0);
  });
});

describe('what the guide quotes', () => {
  test.each(blocksMarked(GUIDE, 'text', 'dry-run'))('the dry run at line $line', async ({ info, text }) => {
    expect(await dryRun(info.split(' ')[1] ?? '')).toBe(settled(text));
  });

  test.each(blocksMarked(GUIDE, 'text', 'cannot-succeed'))(
    'what cannot succeed, line $line',
    async ({ text }) => {
      const [stuck] = filesOf(GUIDE).filter(({ info }) => info === 'playbook stuck');
      const mark = await lab.mark(host);
      expect(await dryRun(stuck!.name)).toContain(settled(text));
      expect(await lab.written(host, mark)).toEqual([]);
    },
  );
});

describe('the command that restarts a service after its settings', () => {
  test('runs once for new settings, also when the run that wrote them was cut off', async () => {
    const folder = folderOf(GUIDE, 'web01.example.com');
    const call = (): Promise<CliResult> =>
      provision(['-i', INVENTORY, 'restart.yml', '--json'], { cwd: folder });
    expect((await call()).code).toBe(0);
    expect(stepsOf(await call(), 'changed')).toEqual([]);
    await lab.exec(host, 'echo "listen = 8080" >/etc/shop.conf');
    const restarted = stepsOf(await call(), 'changed');
    expect(restarted.map(({ name }) => name)).toEqual(['Restart with the newest settings']);
    expect(stepsOf(await call(), 'changed')).toEqual([]);
  });
});

/** The report of a dry run as a person sees it, without the lines that told of the hosts one by one. */
async function dryRun(playbook: string): Promise<string> {
  const folder = folderOf(GUIDE, 'web01.example.com');
  const { stdout } = await provision(['-i', INVENTORY, playbook, '--dry-run'], {
    cwd: folder,
    env: { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' },
  });
  return settled(stdout.slice(stdout.indexOf('\n\n') + 2));
}

/** Times, and hashes and sizes of what names the machine, are other ones every time. */
function settled(text: string): string {
  return text
    .replace(/\d+(\.\d+)? s$/gm, '… s')
    .replace(/\d+ bytes/g, '… bytes')
    .replace(/sha256 [0-9a-f]{12}/g, 'sha256 …');
}

interface ToldStep {
  readonly id: string;
  readonly name: string;
  readonly item: unknown;
  readonly changes: unknown;
}

function stepsOf({ events }: CliResult, status: string): readonly ToldStep[] {
  return events
    .filter((event: CliEvent) => event.event === 'step-finished' && event.status === status)
    .map(({ step, changes }) => {
      const { id, name, item } = step as Omit<ToldStep, 'changes'>;
      return { id, name, item, changes };
    });
}
