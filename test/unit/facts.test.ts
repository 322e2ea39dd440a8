import { execFileSync } from 'node:child_process';
import { cpus, hostname, totalmem, userInfo } from 'node:os';
import { afterAll, describe, expect, test } from 'vitest';
import { FACTS } from '../../src/looks/facts/index.ts';
import { factLook } from '../../src/looks/facts/look.ts';
import { answers, localShells } from '../support/local-shell.ts';

const { shells, close } = localShells();
afterAll(close);

test('the registry is sorted', () => {
  expect([...FACTS.keys()]).toEqual([...FACTS.keys()].sort());
});

/** This machine's own facts, gathered as from a host, against what node says of it. */
describe.each(shells)('facts in $name', (shell) => {
  const names = [...FACTS.keys()];
  const values = answers(
    shell,
    names.map((name) => factLook(name)),
  );
  const facts = Object.fromEntries(names.map((name, index) => [name, values[index]])) as Record<
    string,
    unknown
  >;

  test('cheap ones', () => {
    expect(facts).toMatchObject({
      os: 'linux',
      hostname: hostname(),
      memory: totalmem(),
      cpus: cpus().length,
      kernel: execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim(),
      arch: { x64: 'amd64', arm64: 'arm64' }[process.arch as string] ?? expect.any(String),
    });
  });

  test.runIf(process.arch === 'x64')('the architecture that the shell was told to be of', () => {
    const command = execFileSync('which', [shell.command], { encoding: 'utf8' }).trim();
    const told = { ...shell, command: 'setarch', args: ['i686', command, ...shell.args] };
    expect(answers(told, [factLook('arch')])).toEqual(['386']);
  });

  test('the distribution', () => {
    const release = (key: string): string =>
      execFileSync('sh', ['-c', `. /etc/os-release; printf %s "$${key}"`], { encoding: 'utf8' });
    expect(facts).toMatchObject({
      distribution: release('ID'),
      distribution_version: release('VERSION_ID'),
      distribution_codename: release('VERSION_CODENAME'),
    });
  });

  test('the C library', () => {
    const said = execFileSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' }).trim();
    expect(facts.libc).toEqual({ name: 'glibc', version: said.replace('glibc ', '') });
  });

  test('disks, with the root among them', () => {
    const [size] = execFileSync('df', ['-B1', '--output=size', '/'], { encoding: 'utf8' })
      .split('\n')
      .slice(1)
      .map(Number);
    const root = (facts.disks as readonly { path: string; size: number; free: number }[]).find(
      ({ path }) => path === '/',
    );
    expect(root).toEqual({ path: '/', size, free: expect.any(Number) });
    expect(root?.free).toBeGreaterThan(0);
  });

  test('users and their homes', () => {
    const { username, homedir } = userInfo();
    expect(facts.users).toMatchObject({ [username]: homedir });
  });

  test('the clock is the same, as it is the same machine', () => {
    expect(Math.abs(facts.time_skew as number)).toBeLessThan(shell.name === 'busybox' ? 30.5 : 30);
  });
});
