import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { must, run } from '../../test/lab/run.ts';

/** A tool that is measured beside ours, where it could be installed. */
type Peer =
  | {
      readonly installed: true;
      /** Folder of its programs. */
      readonly bin: string;
      readonly version: string;
    }
  | { readonly installed: false; readonly why: string };

export interface Peers {
  readonly ansible: Peer;
  /** Ansible with Mitogen's strategy: `plugins` is its folder. */
  readonly mitogen: Peer & { readonly plugins?: string };
  readonly pyinfra: Peer;
}

const NOT_ASKED = { installed: false, why: 'not asked for' } as const;
export const NO_PEERS: Peers = { ansible: NOT_ASKED, mitogen: NOT_ASKED, pyinfra: NOT_ASKED };

type Say = (line: string) => void;

/**
 * Installs the peers with pip, each into a virtual environment in a cache folder of the user's (PROVISION_BENCH_CACHE;
 * default `~/.cache/provision-bench`), where later runs find them. Never throws: what cannot be installed says why.
 */
export async function installPeers(say: Say): Promise<Peers> {
  const ansible = await environment(
    'ansible',
    ['ansible', 'mitogen'],
    ['ansible-playbook', '--version'],
    say,
  );
  return {
    ansible,
    mitogen: await withMitogen(ansible),
    pyinfra: await environment('pyinfra', ['pyinfra>=3'], ['pyinfra', '--version'], say),
  };
}

async function environment(
  name: string,
  packages: readonly string[],
  ask: readonly [string, ...string[]],
  say: Say,
): Promise<Peer> {
  const cache = process.env.PROVISION_BENCH_CACHE ?? join(homedir(), '.cache/provision-bench');
  const directory = join(cache, name);
  const bin = join(directory, 'bin');
  const version = async (): Promise<string> => {
    const [program, ...args] = ask;
    return ((await must([join(bin, program), ...args])).split('\n', 1)[0] ?? '').trim();
  };
  try {
    if (!existsSync(join(bin, ask[0]))) {
      say(`installing ${packages.join(', ')}`);
      mkdirSync(cache, { recursive: true });
      await makeEnvironment(directory);
      await must([join(bin, 'pip'), 'install', '--quiet', ...packages]);
    }
    return { installed: true, bin, version: await version() };
  } catch (error) {
    // Half an installation would be taken for a whole one by the next run.
    if (existsSync(directory)) rmSync(directory, { recursive: true });
    const why = (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 3).join(' ');
    say(`${name} cannot be installed: ${why}`);
    return { installed: false, why };
  }
}

async function makeEnvironment(directory: string): Promise<void> {
  const make = ['python3', '-m', 'venv', directory];
  const made = await run(make);
  if (made.code === 0) return;
  // Debian has this module in a package of its own.
  await must(['apt-get', 'install', '-y', '-qq', 'python3-venv'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  await must(make);
}

/** Mitogen beside Ansible. That the two versions do not fit shows when they are measured. */
async function withMitogen(ansible: Peer): Promise<Peers['mitogen']> {
  if (!ansible.installed) return ansible;
  try {
    const python = join(ansible.bin, 'python');
    const locate =
      'import os, mitogen, ansible_mitogen; print(*mitogen.__version__, sep="."); print(os.path.dirname(ansible_mitogen.__file__))';
    const [version = '', folder = ''] = (await must([python, '-c', locate])).split('\n');
    const plugins = join(folder, 'plugins/strategy');
    return { installed: true, bin: ansible.bin, version: `Mitogen ${version}`, plugins };
  } catch (error) {
    return { installed: false, why: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  }
}
