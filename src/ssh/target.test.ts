import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Connection } from '../inventory/connection.ts';
import { parseJump } from '../inventory/hop.ts';
import { Bastion } from './bastion.ts';
import { readSshConfig } from './config/read.ts';
import type { ConnectTarget } from './connect.ts';
import { Targets } from './target.ts';
import type { TargetOptions } from './target-options.ts';

const home = mkdtempSync(join(tmpdir(), 'target-'));
afterAll(() => rmSync(home, { recursive: true }));

function host(address: string, more: object = {}): Connection {
  return { address, kind: 'ssh', proxyJump: [], ...more };
}

function jump(text: string) {
  return { proxyJump: parseJump(text) };
}

/** The targets of a fleet that reads this as its ssh_config. */
function fleet(config = '', options: Partial<TargetOptions> = {}) {
  const file = join(home, 'config');
  writeFileSync(file, config);
  const read = readSshConfig({ file, home, localUser: 'me' });
  expect(read.diagnostics).toEqual([]);
  return new Targets({ privateKeys: [], agent: '/agent', home, config: read.config, ...options });
}

function target(targets: Targets, connection: Connection): ConnectTarget {
  const result = targets.target(connection, connection.user ?? 'me');
  if (!result.ok) throw new Error(result.message);
  return result.target;
}

/** The names of the bastions on the way, the last one last; who runs this is `me`. */
function way(at: Pick<ConnectTarget, 'via'>): readonly string[] {
  if (!(at.via instanceof Bastion)) return [];
  return [...way(at.via.target), at.via.name.replace(`${userInfo().username}@`, 'me@')];
}

describe('inventory, ssh_config and command line', () => {
  const config = `Host web*
  HostName %h.internal
  Port 2222
  ConnectTimeout 7
  ServerAliveInterval 4
  ServerAliveCountMax 2
  AddressFamily inet6
`;

  test('ssh_config says what nobody else does', () => {
    expect(target(fleet(config), host('web1'))).toMatchObject({
      address: 'web1.internal',
      port: 2222,
      timeout: 7_000,
      keepalive: 4_000,
      keepaliveCount: 2,
      family: 6,
    });
  });

  test('the inventory wins over it, and the command line over both', () => {
    expect(target(fleet(config), host('web1', { port: 22 }))).toMatchObject({ port: 22 });
    expect(target(fleet(config, { timeout: 1_000 }), host('web1'))).toMatchObject({ timeout: 1_000 });
    expect(target(fleet(config), host('10.0.0.1'))).toMatchObject({
      address: '10.0.0.1',
      port: 22,
      timeout: 10_000,
    });
  });

  test('a silent host is always noticed', () => {
    const targets = fleet('ServerAliveInterval 0\nServerAliveCountMax 0\nConnectTimeout 0');
    expect(target(targets, host('web1'))).toMatchObject({
      keepalive: 10_000,
      keepaliveCount: 1,
      timeout: 10_000,
    });
  });

  test('who logs in by the command line or the inventory counts for Match user', () => {
    const file = 'Match user ops\n  Port 1\nMatch user root\n  Port 2\nUser root';
    expect(target(fleet(file), host('a')).port).toBe(22);
    expect(target(fleet(file), host('a', { user: 'ops' })).port).toBe(1);
    expect(target(fleet(file, { user: 'root' }), host('a', { user: 'ops' })).port).toBe(2);
  });
});

describe('ways', () => {
  test.each([
    ['', 'gate', ['me@gate:22']],
    ['', 'ops@gate:23,ssh://in', ['ops@gate:23', 'me@in:22']],
    ['Host gate\n HostName 10.0.0.1\n User ops\n Port 24', 'gate', ['ops@10.0.0.1:24']],
    // The first hop has a way of its own, the others have the one before.
    [
      'Host gate\n ProxyJump out\nHost in\n ProxyJump other',
      'gate,in',
      ['me@out:22', 'me@gate:22', 'me@in:22'],
    ],
    ['ProxyJump gate', 'none', []],
    ['ProxyJump gate', 'x', ['me@gate:22', 'me@x:22']],
  ])('%j and %s', (config, hops, expected) => {
    expect(way(target(fleet(config), host('web1', jump(hops))))).toEqual(expected);
  });

  test('ssh_config may say them, and the bastion itself is reached directly', () => {
    const targets = fleet('Host *\n  ProxyJump gate\nHost gate\n  HostName 10.0.0.1');
    expect(way(target(targets, host('web1')))).toEqual(['me@10.0.0.1:22']);
    expect(way(target(targets, host('gate')))).toEqual([]);
  });

  test('a host in its own list is reached by what stands before it', () => {
    expect(way(target(fleet(), host('b', jump('a,b,c'))))).toEqual(['me@a:22']);
  });

  test('hosts with the same bastion share it, and chains their beginning', () => {
    const targets = fleet();
    const [one, two, far] = ['gate', 'gate', 'gate,in'].map((hops, at) =>
      target(targets, host(`web${at}`, jump(hops))),
    );
    expect(one!.via).toBe(two!.via);
    expect((far!.via as Bastion).target.via).toBe(one!.via);
    expect(target(targets, host('web1', jump('ops@gate'))).via).not.toBe(one!.via);
  });

  test('a hop is reached as the inventory says', () => {
    const gate = host('192.0.2.1', { user: 'jump', port: 26, knownHostsFile: '/gate' });
    const targets = fleet('', { inventoryHost: (name) => (name === 'gate' ? gate : undefined) });
    expect(way(target(targets, host('web1', jump('gate'))))).toEqual(['jump@192.0.2.1:26']);
    expect(way(target(targets, host('web1', jump('ops@gate:27'))))).toEqual(['ops@192.0.2.1:27']);
  });

  test('what the command line says of the user and the password is not for bastions', () => {
    const targets = fleet('', { user: 'ops' });
    expect(way(target(targets, host('web1', jump('gate'))))).not.toContain('ops@gate:22');
  });

  test('hosts that go round in a circle are told', () => {
    const targets = fleet('Host a\n  ProxyJump b\nHost b\n  ProxyJump c\nHost c\n  ProxyJump a');
    expect(targets.target(host('a'), 'me')).toMatchObject({
      ok: false,
      message: 'jump hosts go round in a circle: a → b → c → a',
    });
  });
});

describe("the system's ssh", () => {
  const config = `Host web01
  User ops
  ServerAliveCountMax 7
Host 10.1.0.11
  User wrong
Host old
  ProxyCommand exec ssh -q gate -W %h:%p
Host careless
  ProxyJump gate,open
Host open gate
  StrictHostKeyChecking accept-new
Host careful
  ProxyJump gate,other
`;
  function settings(name: string, connection: Connection, options: Partial<TargetOptions> = {}) {
    const result = fleet(config, { transport: 'openssh', ...options }).target(connection, 'ops', name);
    if (!result.ok) throw new Error(result.message);
    return result.target;
  }

  test('finds a host by its name in the inventory; who logs in is told only where it was found', () => {
    const found = settings('web01', host('10.1.0.11'));
    expect(found).toMatchObject({ openSsh: { user: 'ops', hostName: '10.1.0.11' }, keepaliveCount: 7 });
    expect(settings('web02', host('10.1.0.12')).openSsh).not.toHaveProperty('user');
    expect(settings('web02', host('10.1.0.12', { user: 'ops' })).openSsh).toMatchObject({ user: 'ops' });
  });

  test('a command that only asks ssh for a way is a jump host', () => {
    expect(settings('old', host('old')).openSsh).toMatchObject({ proxyJump: ['gate'] });
  });

  test('the key of a jump host is accepted where it says so itself, or the command line', () => {
    const policies = (name: string, options: Partial<TargetOptions> = {}) =>
      settings(name, host(name), options).openSsh?.jumpHosts.map((hop) => [hop.name, hop.hostKeyPolicy]);
    expect(policies('careful')).toEqual([
      ['gate', 'accept-new'],
      ['other', 'strict'],
    ]);
    const strict = { hostKeyPolicy: 'strict' } as const;
    expect(policies('careless', strict)).toEqual([
      ['gate', 'strict'],
      ['open', 'strict'],
    ]);
    expect(settings('careless', host('careless')).openSsh?.jumpPolicy).toBe('strict');
  });
});

test("a file of known hosts whose name would end the quotes is not handed to the system's ssh", () => {
  const given = (knownHostsFile: string) =>
    fleet('', { transport: 'openssh' }).target(host('10.0.0.1', { knownHostsFile }), 'ops', 'web');
  expect(given('/tmp/known hosts')).toMatchObject({ ok: true });
  for (const name of [
    '/tmp/x"\nProxyCommand touch /tmp/y "',
    '/tmp/a"b',
    '/tmp/a\nb',
    '/tmp/a\\b',
    '/tmp/%h',
  ]) {
    expect(given(name)).toMatchObject({ ok: false, message: expect.stringContaining('known hosts') });
  }
});
