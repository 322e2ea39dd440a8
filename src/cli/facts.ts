import type { CommandModule } from 'yargs';
import { readConcurrency, readOutput } from './arguments.ts';
import { readConnection } from './connection-arguments.ts';
import { connectionOptions } from './connection-options.ts';
import { examples } from './examples.ts';
import { readHosts, requireInventory } from './host-arguments.ts';
import { commonOptions, hostOptions, runOptions, shardOptions } from './options.ts';

/** `provision facts`: what playbooks can know of hosts as `facts.NAME`. */
export function factsCommand(done: (code: number) => void): CommandModule {
  return {
    command: 'facts [names..]',
    describe: 'Gather facts from hosts and print them',
    builder: (yargs) =>
      yargs
        .positional('names', { type: 'string', array: true, describe: 'Facts; all when none is named' })
        .options({ ...hostOptions, ...shardOptions, concurrency: runOptions.concurrency })
        .options({ ...connectionOptions, ...commonOptions })
        .epilogue(
          examples([
            ['provision facts -i inventory/prod.yml', 'Everything about every host'],
            ['provision facts -i inventory/prod.yml --limit app arch os --json', 'Two facts, for programs'],
          ]),
        ),
    handler: async (raw) => {
      const hosts = readHosts(raw);
      requireInventory(hosts);
      const args = {
        hosts,
        names: (raw.names ?? []) as readonly string[],
        connection: readConnection(raw),
        output: readOutput(raw),
        concurrency: readConcurrency(raw),
      };
      const { printFacts } = await import('./run-facts.ts');
      done(await printFacts(args));
    },
  };
}
