import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../inventory/connection.ts';
import { parseJump } from '../../inventory/hop.ts';
import { Secret } from '../../secrets/secret.ts';
import { readSshConfig } from '../config/read.ts';
import { Targets } from '../target.ts';
import type { TargetOptions } from '../target-options.ts';
import type { TargetResult } from '../target-result.ts';
import { writeConfig } from './config-file.ts';
import type { OpenSshSettings } from './settings.ts';

/** What OpenSSH itself makes of the file (`ssh -G`) is what will happen on the way. */
const home = mkdtempSync(join(tmpdir(), 'openssh-config-'));
afterAll(() => rmSync(home, { recursive: true }));

const host = (address: string, more: object = {}): Connection => ({
  address,
  kind: 'ssh',
  proxyJump: [],
  ...more,
});
const jump = (text: string) => ({ proxyJump: parseJump(text) ?? [] });

interface Fleet {
  readonly config?: string;
  readonly inventory?: Readonly<Record<string, Connection>>;
  readonly options?: Partial<TargetOptions>;
}

function result(name: string, { config = '', inventory = {}, options = {} }: Fleet): TargetResult {
  const file = join(home, 'ssh_config');
  writeFileSync(file, config);
  const targets = new Targets({
    privateKeys: [],
    home,
    config: readSshConfig({ file, home, localUser: 'me' }).config,
    configFile: file,
    transport: 'openssh',
    inventoryHost: (wanted) => inventory[wanted],
    ...options,
  });
  const found = inventory[name] ?? host(name);
  return targets.target(found, found.user ?? 'ops', name);
}

function settings(name: string, fleet: Fleet): OpenSshSettings {
  const found = result(name, fleet);
  if (!found.ok) throw new Error(found.message);
  return found.target.openSsh!;
}

/** What ssh says of a host on the way, of these keywords. */
function told(way: OpenSshSettings, hop: string, ...keywords: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(home, 'folder-'));
  const path = writeConfig(folder, way, { timeout: 10_000, keepalive: 5_000 }, false);
  const { stdout, stderr, status } = spawnSync('ssh', ['-G', '-F', path, hop], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const lines = stdout.split('\n');
  return keywords.flatMap((keyword) => lines.filter((line) => line.startsWith(`${keyword} `)));
}

const inventory = {
  web01: host('10.1.0.11', { ...jump('gate'), knownHostsFile: '/fleet' }),
  gate: host('192.0.2.10', {
    user: 'jump',
    port: 2222,
    privateKeyFile: '~/.ssh/my gate',
    knownHostsFile: '/of gate',
    ...jump('outer,gate'),
  }),
  outer: host('outer', { port: 24 }),
};

describe('what the inventory says of a jump host counts', () => {
  test('user, address, port, key and known hosts, before what ssh_config says', () => {
    const config = 'Host gate\n HostName wrong\n User wrong\n Port 1\n IdentityFile /more\n';
    const way = settings('web01', { inventory, config });
    expect(way.proxyJump).toEqual(['gate']);
    const keywords = [
      'user',
      'hostname',
      'port',
      'identityfile',
      'userknownhostsfile',
      'stricthostkeychecking',
    ];
    expect(told(way, 'gate', ...keywords)).toEqual([
      'user jump',
      'hostname 192.0.2.10',
      'port 2222',
      `identityfile ${home}/.ssh/my gate`,
      'identityfile /more',
      'userknownhostsfile /of gate',
      'stricthostkeychecking true',
    ]);
  });

  test('its own way, up to itself', () => {
    const way = settings('web01', { inventory });
    expect(told(way, 'gate', 'proxyjump')).toEqual(['proxyjump outer']);
    expect(told(way, 'outer', 'proxyjump', 'port')).toEqual(['port 24']);
  });

  test('where ssh_config names it', () => {
    const config = 'Host db\n ProxyJump gate\n';
    const way = settings('db', { inventory, config });
    expect(way.proxyJump).toEqual([]);
    expect(told(way, 'db', 'proxyjump')).toEqual(['proxyjump gate']);
    expect(told(way, 'gate', 'user', 'proxyjump')).toEqual(['user jump', 'proxyjump outer']);
  });

  test('what it says nothing of is ssh_config’s', () => {
    const config = 'Host outer\n User carl\n UserKnownHostsFile /outer\nHost *\n HostName %h.internal\n';
    const way = settings('web01', { inventory, config });
    expect(told(way, 'outer', 'user', 'hostname', 'userknownhostsfile')).toEqual([
      'user carl',
      'hostname outer.internal',
      'userknownhostsfile /outer',
    ]);
  });

  test('one that it does not know has the known hosts of the host, as those that only ssh knows of', () => {
    const way = settings('web01', { inventory: { web01: { ...inventory.web01, ...jump('other') } } });
    for (const name of ['other', 'of-match-exec']) {
      const keywords = ['userknownhostsfile', 'globalknownhostsfile', 'stricthostkeychecking', 'batchmode'];
      expect(told(way, name, ...keywords)).toEqual([
        'userknownhostsfile /fleet',
        'globalknownhostsfile /dev/null',
        'stricthostkeychecking true',
        'batchmode yes',
      ]);
    }
  });

  test('--private-key is for one that has no key of its own, --user and --known-hosts as with the built-in transport', () => {
    const options = { privateKeys: ['/given'], user: 'ops', knownHosts: '/given hosts' };
    const way = settings('web01', { inventory, options, config: 'Host other\n IdentityFile /own' });
    const keys = (name: string) => told(way, name, 'identityfile', 'userknownhostsfile', 'user');
    expect(keys('outer').slice(0, 2)).toEqual(['identityfile /given', 'userknownhostsfile /given hosts']);
    expect(keys('gate')).not.toContain('identityfile /given');
    expect(keys('gate')).toContain('user jump');
  });

  test('the host itself in its own list is reached by what stands before it', () => {
    expect(settings('gate', { inventory }).proxyJump).toEqual(['outer']);
    const own = { gate: host('192.0.2.10', jump('gate')) };
    expect(settings('gate', { inventory: own }).proxyJump).toEqual(['none']);
    // Which ssh takes for a circle.
    expect(settings('gate', { config: 'ProxyJump gate' }).proxyJump).toEqual(['none']);
  });

  test('its connection is not shared with others, whatever ssh_config says', () => {
    const config = 'Host *\n ControlMaster auto\n ControlPath /tmp/%C\n';
    const way = settings('web01', { inventory, config });
    for (const name of ['gate', 'outer', 'of-match-exec']) {
      expect(told(way, name, 'controlmaster', 'controlpath')).toEqual(['controlmaster false']);
    }
  });

  test('it can ask nothing that the password of the host would be given for', () => {
    const config = 'Host *\n PasswordAuthentication yes\n KbdInteractiveAuthentication yes\n';
    const way = settings('web01', { inventory, config });
    const asks = ['passwordauthentication', 'kbdinteractiveauthentication'];
    for (const name of ['gate', 'outer'])
      expect(told(way, name, ...asks)).toEqual(asks.map((one) => `${one} no`));
    expect(told(way, 'web01', ...asks)).toEqual(asks.map((one) => `${one} yes`));
  });

  test('hosts behind one bastion share the room there', () => {
    const fleet = { ...inventory, web02: host('10.1.0.12', jump('gate')) };
    const targets = new Targets({
      privateKeys: [],
      home,
      transport: 'openssh',
      inventoryHost: (name) => fleet[name as keyof typeof fleet],
    });
    const rooms = (['web01', 'web02'] as const).map((name) => {
      const found = targets.target(fleet[name], 'ops', name);
      return found.ok ? found.target.openSsh?.rooms : undefined;
    });
    expect(rooms[0]).toHaveLength(2);
    expect(new Set(rooms.flat()).size).toBe(2);
  });
});

/** ssh gives these to a shell when it goes through a jump host, or runs a ProxyCommand of ssh_config. */
describe('what a shell on the controller would run is refused before any host is touched:', () => {
  test.each([
    ['the user of a jump host', host('web01', jump('$(id)@gate'))],
    ['the second user of one', host('web01', jump('ops@gate,`id`@gate'))],
    ['a user who is an option', host('web01', jump('-oProxyCommand=id@gate'))],
    ['a jump host', host('web01', jump('$(id)'))],
    ['an address', host("x'$(id)'")],
    ['an address as ssh_config may use it', host('$(>/tmp/x)')],
    ['who logs in', host('web01', { user: '$(id)' })],
  ])('%s', (_, web01) => {
    expect(result('web01', { inventory: { web01 } })).toMatchObject({
      ok: false,
      message: expect.stringContaining('cannot be told'),
      hint: expect.stringContaining('a shell on this controller'),
    });
  });

  test('and nothing that people have', () => {
    for (const user of ['CORP\\ops', 'ops@example.com', 'ops-1', 'o.p+s', 'jürgen']) {
      const web01 = host('fe80::1%eth0', { user, ...jump('ops@example.com@gate:22,[::1]') });
      expect(result('web01', { inventory: { web01 } })).toMatchObject({ ok: true });
    }
  });
});

describe('refused before any host is touched:', () => {
  test.each([
    [
      'hosts that go round in a circle',
      { gate: host('gate', jump('outer')), outer: host('outer', jump('gate')) },
      'circle',
    ],
    [
      'a jump host with a password alone',
      { gate: host('gate', { password: new Secret('pw') }) },
      'password of the last host only',
    ],
    [
      'a user that would end the quotes',
      { gate: host('gate', { user: 'a"\nProxyCommand touch /tmp/x' }) },
      'cannot be told',
    ],
    [
      'an address that would end the line',
      { gate: host('gate\nProxyCommand touch /tmp/x') },
      'cannot be told',
    ],
    [
      'a key that ssh would take for another',
      { gate: host('gate', { privateKeyFile: '/%h' }) },
      'cannot be told',
    ],
  ])('%s', (_, hosts, message) => {
    const fleet = { inventory: { web01: host('web01', jump('gate')), ...hosts } };
    expect(result('web01', fleet)).toMatchObject({
      ok: false,
      blame: 'proxyJump',
      message: expect.stringContaining(message),
    });
  });
});
