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
  applyOptions,
  COMMANDS,
  commonOptions,
  connectionOptions,
  hostOptions,
  outputOptions,
  runOptions,
  stepOptions,
} from './options.ts';
import { refuseMisspeltCommand } from './usage.ts';

/** `provision [apply] -i INVENTORY PLAYBOOK…`: the default command. */
export function applyCommand(done: (code: number) => void): CommandModule {
  return {
    command: ['apply [playbooks..]', '$0'],
    describe: 'Bring the hosts to the described state (the default command)',
    builder: (yargs) =>
      yargs
        .positional('playbooks', { type: 'string', array: true, describe: 'Playbook files, in this order' })
        .options({ ...hostOptions, ...stepOptions, ...runOptions, ...applyOptions })
        .options({ ...connectionOptions, ...outputOptions, ...commonOptions })
        .epilogue(
          examples([
            [
              'provision -i inventory/prod.yml playbooks/go.yml --dry-run --diff',
              'What would change, for review',
            ],
            ['provision -i inventory/prod.yml playbooks/go.yml', 'Bring the fleet to the described state'],
            ['provision -i web1,web2, playbooks/go.yml -e go_version=1.26.1', 'Two hosts, one variable'],
            ['provision -i inventory/prod.yml playbooks/go.yml --json | jq .', 'Events for programs'],
          ]),
        ),
    handler: async (raw) => {
      refuseMisspeltCommand(raw, COMMANDS);
      const hosts = readHosts(raw);
      const steps = readSteps(raw);
      requireInventory(hosts);
      const args = {
        mode: raw['dry-run'] === true ? 'dry-run' : 'apply',
        hosts,
        steps,
        connection: readConnection(raw),
        output: readOutput(raw),
        concurrency: readConcurrency(raw),
        deep: raw.deep === true,
        detailedExitCode: raw['detailed-exitcode'] === true,
      } as const;
      const { runPlaybooks } = await import('./run-playbooks.ts');
      done(await runPlaybooks(args));
    },
  };
}
