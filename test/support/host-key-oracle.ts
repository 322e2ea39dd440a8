import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readSshConfig } from '../../src/ssh/config/read.ts';
import { connect } from '../../src/ssh/connect.ts';
import type { ConnectionError } from '../../src/ssh/errors.ts';
import { Targets } from '../../src/ssh/target.ts';
import type { Lab, LabHost } from '../lab/index.ts';
import { tempFolder } from './temp-files.ts';

/** The keys of a lab host by their type: what follows the names in a line of known_hosts, `type base64`. */
export function keysOf(lab: Lab, host: LabHost): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readFileSync(lab.knownHosts, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`,${host.name} `))
      .map((line) => line.replace(/^\S+ /, ''))
      .map((line) => [line.split(' ')[0]!, line]),
  );
}

export function fingerprintOf(key: string): string {
  const said = execFileSync('ssh-keygen', ['-lf', '-'], { input: `${key}\n`, encoding: 'utf8' });
  return said.split(' ')[1]!;
}

/** Asks both this tool and `ssh` whether a host's keys prove it, given the same files; for one test. */
export class HostKeyOracle {
  readonly host: LabHost;
  readonly directory: string;
  readonly #lab: Lab;

  constructor(lab: Lab, host: LabHost) {
    this.#lab = lab;
    this.host = host;
    this.directory = tempFolder('provision-host-keys-');
  }

  file(name: string, ...lines: readonly string[]): string {
    const path = join(this.directory, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  /** The setting that names a file of known hosts with these lines. */
  knownIn(...lines: readonly string[]): string {
    return `UserKnownHostsFile ${this.file('known_hosts', ...lines)}`;
  }

  /** What we and `ssh` make of the host, given one configuration. */
  async ask(settings: readonly string[], hostKeyPolicy?: 'strict') {
    const config = this.file(
      'ssh_config',
      'Host it',
      `  HostName ${this.host.address}`,
      ...settings,
      'GlobalKnownHostsFile none',
      'User root',
      `IdentityFile ${this.#lab.privateKey}`,
      'IdentitiesOnly yes',
    );
    const read = readSshConfig({ file: config });
    expect(read.diagnostics).toEqual([]);
    const targets = new Targets({
      privateKeys: [],
      config: read.config,
      ...(hostKeyPolicy ? { hostKeyPolicy } : {}),
    });
    const result = targets.target({ address: 'it', kind: 'ssh', proxyJump: [] }, 'root');
    if (!result.ok) throw new Error(result.message);
    const transport = await connect(result.target).catch((error: ConnectionError) => error);
    if (!(transport instanceof Error)) await transport.close();
    const failure = transport instanceof Error ? transport.failure : undefined;
    if (failure !== undefined) expect(failure.kind).toBe('host-key');
    return {
      said: `${failure?.message ?? ''}; ${failure?.hint ?? ''}`,
      isIn: failure === undefined,
      notes: targets.notes,
      ssh: await exitOf('ssh', [
        '-F',
        config,
        '-o',
        'BatchMode=yes',
        '-o',
        'UpdateHostKeys=no',
        'it',
        'true',
      ]),
    };
  }

  /** The case that both let in. */
  async expectIn(...settings: readonly string[]): Promise<void> {
    const { isIn, said, ssh } = await this.ask(settings);
    expect(isIn, `${this.host.name}: ${said}`).toBe(true);
    expect(ssh, this.host.name).toBe(0);
  }

  /** The case that both refuse. Gives what we say. */
  async expectOut(message: string, ...settings: readonly string[]): Promise<string> {
    const { isIn, said, ssh } = await this.ask(settings);
    expect(isIn, this.host.name).toBe(false);
    expect(said, this.host.name).toContain(message);
    expect(ssh, this.host.name).toBe(255);
    return said;
  }
}

function exitOf(command: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { stdio: 'ignore' }).once('error', reject).once('close', resolve);
  });
}
