import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ssh2 from 'ssh2';
import { STEP_KINDS } from '../../src/steps/index.ts';

const RECORD = fileURLToPath(new URL('./record.ts', import.meta.url));

/**
 * Lets the bundle do what most runs do, up to the first look, and records it: a playbook with every kind of step, against
 * a host that lets it log in and then opens no shell. Nothing is run on this machine.
 */
export async function warmUp(bundle: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'provision-warm-up-'));
  const server = await host();
  try {
    const { port } = server.address() as AddressInfo;
    writeFileSync(join(directory, 'key'), privateKey(), { mode: 0o600 });
    writeFileSync(join(directory, 'playbook.yml'), JSON.stringify(playbook()));
    writeFileSync(
      join(directory, 'inventory.yml'),
      JSON.stringify({
        all: { hosts: { host: { ansible_host: '127.0.0.1', ansible_port: port, ansible_user: 'root' } } },
      }),
    );
    const options = [
      '--host-key-checking',
      'accept-new',
      '--known-hosts',
      'known',
      '--private-key',
      'key',
      '--dry-run',
    ];
    const child = spawn(
      process.execPath,
      [
        '--import',
        import.meta.resolve('tsx'),
        RECORD,
        bundle,
        '-i',
        'inventory.yml',
        'playbook.yml',
        ...options,
      ],
      {
        cwd: directory,
        stdio: process.env.DEBUG ? 'inherit' : 'ignore',
        env: { ...process.env, XDG_CACHE_HOME: directory },
        timeout: 60_000,
      },
    );
    await once(child, 'exit');
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
}

/** Every example that needs no file of the controller. */
function playbook(): unknown {
  const needsFile = (args: unknown): boolean => /"(artifacts|files|templates)\//.test(JSON.stringify(args));
  const steps = [...STEP_KINDS.values()].flatMap(({ name, examples }) =>
    examples.filter(({ args }) => !needsFile(args)).map(({ args }) => ({ [name]: args })),
  );
  return { name: 'Warm up', hosts: 'all', steps };
}

/** About one key in 300 that ssh2 makes is one that it cannot read. */
function privateKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}

async function host(): Promise<ssh2.Server> {
  const server = new ssh2.Server({ hostKeys: [privateKey()] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (login) => login.accept());
    client.on('session', (accept) => accept().on('exec', (_accept, reject) => reject()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
