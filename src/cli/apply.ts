import type { CommandModule } from 'yargs';
import { readLockWait, readPlaybookRun } from './arguments.ts';
import { examples } from './examples.ts';
import { applyOptions, COMMANDS, playbookOptions, playbooksArgument } from './options.ts';
import { refuseMisspeltCommand } from './usage.ts';

/** `provision [apply] -i INVENTORY PLAYBOOK…`: the default command. */
export function applyCommand(done: (code: number) => void): CommandModule {
  return {
    command: ['apply [playbooks..]', '$0'],
    describe: 'Bring the hosts to the described state',
    builder: (yargs) =>
      yargs
        .positional('playbooks', playbooksArgument)
        .options({ ...playbookOptions, ...applyOptions })
        .epilogue(
          examples([
            [
              'provision -i inventory/prod.yml playbooks/go.yml --dry-run --diff',
              'What would change, for review',
            ],
            ['provision -i inventory/prod.yml playbooks/go.yml', 'Bring the fleet to the described state'],
            [
              'provision -i inventory/prod.yml playbooks/go.yml -l app -e goroot=/opt/go',
              'Some hosts, one variable',
            ],
            ['provision -i inventory/prod.yml playbooks/go.yml --json | jq .', 'Events for programs'],
          ]),
        ),
    handler: async (raw) => {
      refuseMisspeltCommand(raw, COMMANDS);
      const args = {
        ...readPlaybookRun(raw),
        mode: raw['dry-run'] === true ? 'dry-run' : 'apply',
        noGuard: raw['no-guard'] === true,
        detailedExitCode: raw['detailed-exitcode'] === true,
        lockWait: readLockWait(raw),
      } as const;
      const { runPlaybooks } = await import('./run-playbooks.ts');
      done(await runPlaybooks(args));
    },
  };
}
