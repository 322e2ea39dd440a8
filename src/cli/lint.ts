import type { CommandModule } from 'yargs';
import { readOutput, readSteps } from './arguments.ts';
import { examples } from './examples.ts';
import { readHosts, requireInventory } from './host-arguments.ts';
import { optimiseLate } from './optimise-late.ts';
import { commonOptions, hostOptions, playbooksArgument, stepOptions } from './options.ts';

/** `provision lint`: everything that can be said of playbooks without a host. */
export function lintCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'lint [playbooks..]',
    describe: 'Check playbooks without touching a host',
    builder: (yargs) =>
      yargs
        .positional('playbooks', playbooksArgument)
        .options({ ...hostOptions, ...stepOptions, ...commonOptions })
        .epilogue(
          examples([
            ['provision lint playbooks/*.yml', 'Keys, types, expressions, files'],
            ['provision lint -i inventory/prod.yml playbooks/go.yml', 'Variables of every host too'],
          ]),
        ),
    handler: async (raw) => {
      const hosts = readHosts(raw);
      const args = { hosts, steps: readSteps(raw, 'provision lint'), output: readOutput(raw) };
      if (hosts.limit !== undefined) requireInventory(hosts);
      optimiseLate();
      const { lint } = await import('./run-lint.ts');
      done(await lint(args));
    },
  };
}
