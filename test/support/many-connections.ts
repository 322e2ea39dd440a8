/**
 * A fleet of so many hosts, all of them one server, for a process that may open few files.
 * Usage: many-connections.ts ADDRESS PORT HOSTS LIMIT. Prints JSON: how the hosts ended, and the limits.
 */
import ssh2, { type ParsedKey } from 'ssh2';
import { Turns } from '../../src/engine/turns.ts';
import { connect } from '../../src/ssh/connect.ts';
import type { HostKeyCheck } from '../../src/ssh/host-keys/host-key-check.ts';

const [address = '', port = '', hosts = '', limit = ''] = process.argv.slice(2);

/** About one key in 300 that ssh2 makes is one that it cannot read. */
function privateKey(): ParsedKey {
  for (;;) {
    const key = ssh2.utils.parseKey(ssh2.utils.generateKeyPairSync('ed25519').private);
    if (!(key instanceof Error)) return [key].flat()[0]!;
  }
}

const target = {
  address,
  port: Number(port),
  user: 'nobody',
  login: { identities: [{ kind: 'ready', name: 'key', key: privateKey() }] } as const,
  hostKeys: { knownTypes: [], check: () => ({ trusted: true }) } as unknown as HostKeyCheck,
  timeout: 60_000,
  keepalive: 10_000,
};

async function main(): Promise<void> {
  const limits: number[] = [];
  const start = Number(limit);
  const turns = new Turns({
    concurrency: process.argv[6] === 'fixed' ? start : { start, most: start, reason: '' },
    signal: new AbortController().signal,
    told: (change) => limits.push(change.limit),
  });
  const ends = await Promise.all(
    Array.from({ length: Number(hosts) }, () =>
      turns.take(async () => {
        try {
          const transport = await turns.connect(() => connect(target));
          await transport.close();
          return 'connected';
        } catch (error) {
          return (error as Error).message;
        }
      }),
    ),
  );
  const counts: Record<string, number> = {};
  for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
  process.stdout.write(JSON.stringify({ counts, limits }));
}

void main();
