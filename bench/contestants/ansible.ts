import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import type { SmallFiles } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { PeerTool } from './peers.ts';

const FILES = fileURLToPath(new URL('../peers/ansible/', import.meta.url));
let runs = 0;

/** Ansible as someone who wants it fast runs it; with Mitogen's strategy when `strategies`, its folder, is given. */
export function ansible(bench: Bench, name: string, bin: string, strategies?: string): PeerTool {
  const playbook = (fleet: Fleet, file: string, vars: () => object, changes: boolean): Contestant => {
    const varsFile = join(bench.directory, `${name.replaceAll(/\W+/g, '-')}-vars.json`);
    return {
      name,
      argv: () => {
        writeFileSync(varsFile, JSON.stringify(vars()));
        runs += 1;
        // A home of its own for each run, so that none finds the connections that the one before has kept open.
        const home = `ANSIBLE_HOME=${join(bench.directory, `ansible-${runs}`)}`;
        return [
          'env',
          home,
          join(bin, 'ansible-playbook'),
          '-i',
          fleet.inventory,
          '-e',
          `@${varsFile}`,
          file,
        ];
      },
      env: {
        ANSIBLE_CONFIG: join(FILES, 'ansible.cfg'),
        ANSIBLE_FORKS: String(fleet.endpoints.length),
        ANSIBLE_NOCOLOR: '1',
        ...(strategies === undefined
          ? {}
          : { ANSIBLE_STRATEGY_PLUGINS: strategies, ANSIBLE_STRATEGY: 'mitogen_linear' }),
      },
      check: ({ stdout }) => {
        if (!changes && / \| CHANGED/.test(stdout)) throw new Error('changed something');
        for (const host of fleet.endpoints)
          if (!stdout.includes(`${host.name} | `)) throw new Error(`says nothing of ${host.name}`);
      },
    };
  };
  return {
    name,
    go: (fleet, changes) => playbook(fleet, join(FILES, 'go.yml'), () => goVariables(bench), changes),
    smallFiles: (fleet: Fleet, job: SmallFiles, run, changes) => playbook(fleet, job.ansible, run, changes),
  };
}

function goVariables({ go, lab }: Bench): object {
  return {
    go_archive: go.path,
    go_sha256: go.sha256,
    go_version: go.version,
    deploy_keys: [readFileSync(`${lab.privateKey}.pub`, 'utf8').trim()],
  };
}
