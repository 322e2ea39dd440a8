import type { CommandModule } from 'yargs';
import { readOutput } from './arguments.ts';
import { examples } from './examples.ts';
import { readHosts, requireInventory } from './host-arguments.ts';
import { commonOptions, hostOptions, inventoryOptions, shardOptions } from './options.ts';
import { secretOptions } from './secret-options.ts';
import { UsageError } from './usage.ts';

/** `provision inventory`: what is in an inventory, without asking a host. */
export function inventoryCommand(done: (code: number) => void): CommandModule {
  const { inventory, limit } = hostOptions;
  return {
    command: 'inventory',
    describe: 'Show hosts, groups and variables of an inventory',
    builder: (yargs) =>
      yargs
        .options({
          inventory,
          limit,
          ...shardOptions,
          ...inventoryOptions,
          ...secretOptions,
          ...commonOptions,
        })
        .epilogue(
          examples([
            ['provision inventory -i inventory/prod.yml', 'The names of all hosts'],
            ["provision inventory -i inventory/prod.yml --limit 'app:!app07*'", 'What a pattern selects'],
            ['provision inventory -i inventory/prod.yml --shard 2/8', 'Which hosts a part of eight has'],
            ['provision inventory -i inventory/prod.yml --graph', 'Groups and hosts as a tree'],
            [
              'provision inventory -i inventory/prod.yml --host app01.internal',
              'Where each variable comes from',
            ],
          ]),
        ),
    handler: async (raw) => {
      const hosts = readHosts(raw);
      requireInventory(hosts);
      const host = raw.host === undefined ? undefined : String(raw.host);
      const forms = [raw.list === true || raw.json === true, raw.graph === true, host !== undefined];
      if (forms.filter(Boolean).length > 1)
        throw new UsageError('--list, --graph and --host exclude each other');
      if (host !== undefined && hosts.limit !== undefined)
        throw new UsageError('--host and --limit exclude each other', 'leave --limit out');
      if (host !== undefined && hosts.shard !== undefined)
        throw new UsageError('--host and --shard exclude each other', 'leave --shard out');
      const form = raw.list === true || raw.json === true ? 'json' : raw.graph === true ? 'graph' : 'names';
      const { showInventory } = await import('./run-inventory.ts');
      done(
        await showInventory({
          hosts,
          output: readOutput(raw),
          form,
          ...(host === undefined ? {} : { host }),
        }),
      );
    },
  };
}
