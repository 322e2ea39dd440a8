import type { CommandModule } from 'yargs';
import { readPlaybookRun } from './arguments.ts';
import { examples } from './examples.ts';
import { playbookOptions, playbooksArgument } from './options.ts';

/** `provision drift`: has anything moved? Writes nothing on any host. */
export function driftCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'drift [playbooks..]',
    describe: 'Say what has moved on the hosts since the playbook was applied; exit with 2 if anything has',
    builder: (yargs) =>
      yargs
        .positional('playbooks', playbooksArgument)
        .options(playbookOptions)
        .epilogue(
          examples([
            ['provision drift -i inventory/prod.yml playbooks/go.yml', 'The nightly check'],
            [
              'provision drift -i inventory/prod.yml playbooks/go.yml --deep --diff',
              'Every byte, with differences',
            ],
            [
              'provision drift -i inventory/prod.yml playbooks/go.yml --shard 2/8 --json',
              'The second of eight parts, for report merge',
            ],
          ]),
        ),
    handler: async (raw) => {
      const args = {
        ...readPlaybookRun(raw, 'provision drift'),
        mode: 'drift',
        noGuard: false,
        detailedExitCode: true,
      } as const;
      const { runPlaybooks } = await import('./run-playbooks.ts');
      done(await runPlaybooks(args));
    },
  };
}
