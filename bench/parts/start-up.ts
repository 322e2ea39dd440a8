import { MAIN, provisionEnv } from '../contestants/provision.ts';
import { writeBigPlaybook } from '../jobs/big-playbook.ts';
import type { Contestant } from '../measure/contestant.ts';
import type { Part } from './part.ts';

const NODE = 'node -e 0';
const STEPS = 200;
const HOSTS = 5_000;
/** They are short: more rounds cost little and the median is steadier. */
const ROUNDS = 4;

/** (i) of the targets: what is paid before any connection. */
export const startUp: Part = {
  id: 'start-up',
  title: 'Start-up and lint',
  measure: async (bench) => {
    const rounds = bench.options.rounds * ROUNDS;
    const { playbook, inventory } = writeBigPlaybook(bench.directory, STEPS, HOSTS);
    const command = (name: string, args: readonly string[], expected: RegExp): Contestant => ({
      name,
      argv: [process.execPath, MAIN, ...args],
      env: provisionEnv(bench),
      check: ({ stdout }) => {
        if (!expected.test(stdout)) throw new Error('did not say what it should');
      },
      rounds,
    });
    const rows = await bench.measure([
      { name: NODE, argv: [process.execPath, '-e', '0'], rounds },
      command('provision --version', ['--version'], /^\d+\.\d+\.\d+/),
      command('provision --help', ['--help'], /Commands:/),
      {
        ...command(
          `lint, ${STEPS} steps and ${HOSTS} hosts`,
          ['lint', '-i', inventory, playbook],
          /1 playbook/,
        ),
        rounds: bench.options.rounds,
      },
    ]);
    return { groups: [{ title: 'Start-up', hosts: 0, rows, baselines: [NODE] }], notes: [] };
  },
};
