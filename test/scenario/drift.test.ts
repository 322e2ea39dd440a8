import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { changesByHost, provision } from '../support/cli.ts';
import { type GoJob, goJob } from '../support/go-job.ts';
import { labName } from '../support/lab-name.ts';

/** One thing that somebody does to a converged host by hand, and what the drift check must say of it. */
interface HandMade {
  readonly title: string;
  readonly script: string;
  /** The changes that drift lists, exactly: each is matched as a subset. */
  readonly says: readonly Readonly<Record<string, unknown>>[];
  readonly deep?: boolean;
}

const GO = '/usr/local/go-1.19.8';
/** A tree that differs says so as a whole, and then names each entry. */
const TREE = { resource: 'tree', target: GO, action: 'update' };

const DRIFTS: readonly HandMade[] = [
  {
    title: 'one byte in one file of the tree, size and time kept (deep)',
    script: `f=${GO}/src/fmt/print.go; t=$(stat -c %y $f); printf X | dd of=$f bs=1 seek=100 conv=notrunc 2>/dev/null; touch -d "$t" $f`,
    deep: true,
    says: [TREE, { target: `${GO}/src/fmt/print.go`, action: 'update', attribute: 'content' }],
  },
  {
    title: 'a file of the tree grown by a line',
    script: `echo '// x' >>${GO}/src/fmt/print.go; touch -d @1 ${GO}/src/fmt/print.go`,
    says: [
      TREE,
      { target: `${GO}/src/fmt/print.go`, attribute: 'size', before: 31618, after: 31613 },
      { target: `${GO}/src/fmt/print.go`, attribute: 'mtime', before: '1970-01-01T00:00:01Z' },
    ],
  },
  {
    title: 'a file of the tree removed',
    script: `rm ${GO}/VERSION`,
    says: [TREE, { target: `${GO}/VERSION`, action: 'create' }],
  },
  {
    title: 'a foreign file in the tree',
    script: `echo hello >${GO}/bin/intruder`,
    says: [TREE, { target: `${GO}/bin/intruder`, action: 'delete' }],
  },
  {
    title: 'a wrong mode in the tree',
    script: `chmod 0777 ${GO}/bin/gofmt`,
    says: [TREE, { target: `${GO}/bin/gofmt`, attribute: 'mode', before: '0777' }],
  },
  {
    title: 'the link to the tree turned elsewhere',
    script: 'mkdir -p /opt/evil && ln -sfn /opt/evil /usr/local/go',
    says: [{ target: '/usr/local/go', before: '/opt/evil', after: GO }],
  },
  {
    title: 'one byte in the archive',
    script:
      'f=$(ls /var/lib/artifacts/go*.tar.gz); printf X | dd of="$f" bs=1 seek=1000 conv=notrunc 2>/dev/null',
    says: [{ attribute: 'content' }],
  },
  {
    title: 'an extra key',
    script:
      'echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f intruder" >>/home/deploy/.ssh/authorized_keys',
    says: [{ action: 'delete' }],
  },
  {
    title: 'a removed key',
    script: ': >/home/deploy/.ssh/authorized_keys',
    says: [{ action: 'create' }],
  },
  {
    title: 'the keys file writable by all',
    script: 'chmod 0666 /home/deploy/.ssh/authorized_keys',
    says: [{ target: '/home/deploy/.ssh/authorized_keys', attribute: 'mode', before: '0666', after: '0600' }],
  },
  {
    title: 'the keys folder owned by another',
    script: 'chown root /home/deploy/.ssh',
    says: [{ target: '/home/deploy/.ssh', attribute: 'owner', before: 'root', after: 'deploy' }],
  },
  {
    title: 'another login shell',
    script: 'usermod -s /bin/sh deploy',
    says: [{ target: 'deploy', attribute: 'shell', before: '/bin/sh', after: '/bin/bash' }],
  },
  {
    title: 'a changed line in the profile',
    script: "sed -i 's,/usr/local/go/bin,/opt/evil/bin,' /etc/profile.d/go.sh",
    says: [{ target: '/etc/profile.d/go.sh', attribute: 'content' }],
  },
  {
    title: 'sudo rights widened',
    script: 'echo "deploy ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/deploy',
    says: [{ target: '/etc/sudoers.d/deploy', attribute: 'content' }],
  },
  {
    title: 'the sudoers file readable by all',
    script: 'chmod 0444 /etc/sudoers.d/deploy',
    says: [{ target: '/etc/sudoers.d/deploy', attribute: 'mode', before: '0444', after: '0440' }],
  },
  {
    title: 'a removed firewall rule',
    script: 'ufw delete allow 443/tcp',
    says: [{ target: 'allow 443/tcp', action: 'create' }],
  },
  {
    title: 'an extra firewall rule',
    script: 'ufw allow 9999/tcp',
    says: [{ target: 'allow 9999/tcp', action: 'delete' }],
  },
  {
    title: 'the firewall switched off',
    script: 'ufw disable',
    says: [{ resource: 'ufw', action: 'update', attribute: 'state', after: 'enabled' }],
  },
  {
    title: 'the firewall open by default',
    script: 'ufw default allow incoming',
    says: [{ resource: 'ufw', target: 'incoming', before: 'allow', after: 'deny' }],
  },
  {
    title: 'the artifacts folder gone',
    script: 'rm -r /var/lib/artifacts',
    says: [{ target: '/var/lib/artifacts', action: 'create' }, { action: 'create' }],
  },
];

let lab: Lab;
let host: LabHost;
let job: GoJob;

beforeAll(async () => {
  lab = await openLab({ name: labName('drift') });
  [host] = (await lab.up({ bookworm: 1 })) as [LabHost];
  job = await goJob(lab);
  const applied = await provision(job.args);
  expect(applied.code, applied.stdout + applied.stderr).toBe(0);
});
afterAll(async () => {
  await lab?.down();
  if (job !== undefined) rmSync(job.directory, { recursive: true });
});

test('a converged host has no drift', async () => {
  const quick = await provision(['drift', ...job.args]);
  expect(quick.code, quick.stdout + quick.stderr).toBe(0);
  const deep = await provision(['drift', '--deep', ...job.args]);
  expect(deep.code, deep.stdout + deep.stderr).toBe(0);
});

describe('what is moved by hand is found, named, and mended', () => {
  // One that is not mended must not spoil the others.
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await provision(['--deep', ...job.args]);
  });

  for (const drift of DRIFTS) {
    test(drift.title, async () => {
      const made = await lab.exec(host, drift.script);
      expect(made.code, made.stderr).toBe(0);
      const deep = drift.deep === true ? ['--deep'] : [];
      const found = await provision(['drift', '--json', ...deep, ...job.args]);
      expect(found.code, found.stdout + found.stderr).toBe(2);
      const changes = changesByHost(found)[host.name] ?? [];
      expect(changes).toHaveLength(drift.says.length);
      drift.says.forEach((said, index) => {
        expect(changes[index]).toMatchObject(said);
        const change = changes[index] as { action: string };
        if (change.action !== 'create') expect(change).toHaveProperty('before');
        if (change.action !== 'delete') expect(change).toHaveProperty('after');
      });
      const mended = await provision(['--json', ...deep, ...job.args]);
      expect(mended.code, mended.stdout + mended.stderr).toBe(0);
      expect(changesByHost(mended)[host.name]).toEqual(changes);
      expect((await provision(['drift', ...deep, ...job.args])).code).toBe(0);
    });
  }
});
