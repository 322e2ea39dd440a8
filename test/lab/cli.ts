import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { saveMark, writtenSinceSaved } from './cli-marks.ts';
import type { LabRequest } from './cli-request.ts';
import { parseRequest, USAGE } from './cli-request.ts';
import { LabError } from './errors.ts';
import type { Lab } from './lab.ts';
import { openLab } from './open-lab.ts';
import { DISTROS } from './types.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const warn = (line: string): void => void process.stderr.write(`${line}\n`);

/** Carries one command out and answers the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const request = parseRequest(words);
  if (request.verb === 'help') {
    print(USAGE);
    return 0;
  }
  return perform(await openLab({ say: warn }), request);
}

async function perform(lab: Lab, request: Exclude<LabRequest, { verb: 'help' }>): Promise<number> {
  switch (request.verb) {
    case 'up': {
      const hosts = await lab.up(request.counts, request.options);
      for (const host of hosts) print(`${host.name}  ${host.address}  ${host.distro}`);
      const inventory = join(lab.directory, 'inventory.yml');
      await lab.writeInventory(inventory, { user: request.user });
      print(`inventory: ${inventory}`);
      return 0;
    }
    case 'down':
      await lab.down();
      return 0;
    case 'reset':
      await lab.reset(...(request.hosts.length > 0 ? request.hosts : await lab.hosts()));
      return 0;
    case 'status':
      return printStatus(lab, request.json);
    case 'cut':
      await lab.cut(request.host);
      return 0;
    case 'heal':
      await lab.heal(request.host);
      return 0;
    case 'kill-sshd':
      await lab.killSshd(request.host);
      return 0;
    case 'start-sshd':
      await lab.startSshd(request.host);
      return 0;
    case 'fill-disk':
      await lab.fillDisk(request.host);
      return 0;
    case 'free-disk':
      await lab.freeDisk(request.host);
      return 0;
    case 'mark':
      await saveMark(lab, request.host);
      return 0;
    case 'written':
      for (const path of await writtenSinceSaved(lab, request.host)) print(path);
      return 0;
    case 'ssh':
      return ssh([...(await lab.sshCommand(request.host, request.user)), ...request.command]);
  }
}

async function printStatus(lab: Lab, json: boolean): Promise<number> {
  const hosts = await lab.status();
  if (json) {
    print(JSON.stringify({ lab: lab.name, hosts }, null, 2));
    return 0;
  }
  if (hosts.length === 0) print(`lab ${lab.name} is down`);
  const width = Math.max(...DISTROS.map((distro) => distro.length + 3));
  for (const host of hosts) {
    const disk = host.diskMiB === undefined ? '' : `  disk ${host.diskMiB} MiB`;
    print(`${host.name.padEnd(width)}  ${host.address.padEnd(15)}  ${host.state}  ${host.network}${disk}`);
  }
  return 0;
}

async function ssh(argv: readonly string[]): Promise<number> {
  const child = spawn(argv[0]!, argv.slice(1), { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 255));
  });
}

process.stdout.on('error', () => process.exit(1)); // the reader has gone, as in: status | head -1
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof LabError)) throw error;
  warn(`lab: ${error.message}`);
  process.exitCode = 1;
}
