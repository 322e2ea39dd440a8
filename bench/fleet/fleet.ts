import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump } from 'js-yaml';
import type { Answers } from './answers.ts';
import type { SimulatorReady, SimulatorSettings } from './simulator.ts';

export interface SimulatedHost {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Simulated hosts that run, in processes of their own. */
export interface SimulatedFleet {
  readonly hosts: readonly SimulatedHost[];
  readonly knownHosts: string;
  /** Writes an inventory of the first so many hosts into the fleet's folder; returns its path. */
  inventory(count: number): string;
  /** Ends all processes. */
  stop(): void;
}

export interface FleetOptions {
  readonly hosts: number;
  readonly processes: number;
  readonly answers: Answers;
  /** Path of the key that may log in; its public half lies beside it. */
  readonly privateKey: string;
  /** Where known_hosts and inventories are written. */
  readonly directory: string;
}

const SIMULATOR = fileURLToPath(new URL('./simulator.ts', import.meta.url));

/** Starts a fleet of hosts that answer as the recorded one. */
export async function startFleet(options: FleetOptions): Promise<SimulatedFleet> {
  const { privateKey, directory } = options;
  const settings = {
    answers: options.answers,
    authorizedKey: readFileSync(`${privateKey}.pub`, 'utf8').trim(),
  };
  const children: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of children) child.disconnect();
  };
  try {
    const started = Array.from({ length: options.processes }, () => start(settings, children));
    const servers = await Promise.all(started);
    const hosts = Array.from({ length: options.hosts }, (_, index): SimulatedHost => {
      const { port } = servers[index % servers.length] as SimulatorReady;
      return {
        name: `sim${String(index + 1).padStart(5, '0')}`,
        address: `127.1.${index >> 8}.${index & 255}`,
        port,
      };
    });
    const knownHosts = join(directory, 'known_hosts');
    const line = ({ address, port }: SimulatedHost, index: number): string => {
      const { hostKey } = servers[index % servers.length] as SimulatorReady;
      return `[${address}]:${port} ${hostKey}\n`;
    };
    writeFileSync(knownHosts, hosts.map(line).join(''));
    const inventory = (count: number): string => {
      const file = join(directory, `inventory-${count}.yml`);
      writeFileSync(file, inventoryText(hosts.slice(0, count), privateKey, knownHosts));
      return file;
    };
    return { hosts, knownHosts, inventory, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

async function start(settings: SimulatorSettings, children: ChildProcess[]): Promise<SimulatorReady> {
  const child = fork(SIMULATOR, {
    execArgv: ['--import', import.meta.resolve('tsx')],
    serialization: 'advanced',
  });
  children.push(child);
  child.send(settings);
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as SimulatorReady),
    once(child, 'exit').then(([code]) => {
      throw new Error(`a process of simulated hosts ended with ${code} before it listened`);
    }),
  ]);
  return ready;
}

function inventoryText(hosts: readonly SimulatedHost[], privateKey: string, knownHosts: string): string {
  const vars = {
    ansible_user: 'root',
    ansible_ssh_private_key_file: privateKey,
    provision_known_hosts: knownHosts,
  };
  const members = hosts.map(({ name, address, port }) => [
    name,
    { ansible_host: address, ansible_port: port },
  ]);
  return dump({ all: { vars, children: { fleet: { hosts: Object.fromEntries(members) } } } });
}
