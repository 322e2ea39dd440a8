import type { CommandModule } from 'yargs';
import {
  readConcurrency,
  readConnection,
  readHosts,
  readOutput,
  readSteps,
  requireInventory,
} from './arguments.ts';
import { examples } from './examples.ts';
import {
  commonOptions,
  connectionOptions,
  hostOptions,
  outputOptions,
  runOptions,
  stepOptions,
} from './options.ts';

/** `provision drift`: has anything moved? Writes nothing on any host. */
export function driftCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'drift [playbooks..]',
    describe: 'Say what has moved on the hosts since the playbook was applied; exit with 2 if anything has',
    builder: (yargs) =>
      yargs
        .positional('playbooks', { type: 'string', array: true, describe: 'Playbook files, in this order' })
        .options({ ...hostOptions, ...stepOptions, ...runOptions })
        .options({ ...connectionOptions, ...outputOptions, ...commonOptions })
        .epilogue(
          examples([
            ['provision drift -i inventory/prod.yml playbooks/go.yml', 'The nightly check'],
            [
              'provision drift -i inventory/prod.yml playbooks/go.yml --deep --diff',
              'Every byte, with differences',
            ],
          ]),
        ),
    handler: async (raw) => {
      const hosts = readHosts(raw);
      const steps = readSteps(raw);
      requireInventory(hosts);
      const args = {
        mode: 'drift',
        hosts,
        steps,
        connection: readConnection(raw),
        output: readOutput(raw),
        concurrency: readConcurrency(raw),
        deep: raw.deep === true,
        detailedExitCode: true,
      } as const;
      const { runPlaybooks } = await import('./run-playbooks.ts');
      done(await runPlaybooks(args));
    },
  };
}
