import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import yargs from 'yargs';
import { runCli } from '../../src/cli/cli.ts';
import { readExtraVars } from '../../src/cli/extra-vars.ts';
import { COMMANDS } from '../../src/cli/options.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { buildPrograms } from '../../src/playbook/build-programs.ts';
import { loadPlaybooks } from '../../src/playbook/load.ts';
import { unusedExtraVars } from '../../src/playbook/unused-extra.ts';

/** The examples of `--help` can be copied and run in this folder: their files, hosts and variables exist. */
const cwd = fileURLToPath(new URL('../..', import.meta.url));
const examples = await examplesOfAllCommands();

async function examplesOfAllCommands(): Promise<readonly string[]> {
  let shown = '';
  const log = vi.spyOn(console, 'log').mockImplementation((text) => {
    shown += `${text}\n`;
  });
  for (const command of COMMANDS.filter((name) => name !== 'completion')) await runCli([command, '--help']);
  log.mockRestore();
  return [
    ...new Set([...shown.matchAll(/^ {2}(provision -?[a-z]* ?-i .*)$/gm)].map(([, example = '']) => example)),
  ];
}

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(10);
});

test.each(examples)('%s', (example) => {
  expect(example.length + 2).toBeLessThanOrEqual(80);
  const given = yargs(example.split(' | ')[0]!.split(' ').slice(1).map(unquoted))
    .help(false)
    .options({
      i: { type: 'string' },
      limit: { type: 'string', alias: 'l' },
      e: { array: true, type: 'string' },
    })
    .options({ host: { type: 'string' }, deep: { type: 'boolean' }, diff: { type: 'boolean' } })
    .options({ json: { type: 'boolean' }, graph: { type: 'boolean' }, 'dry-run': { type: 'boolean' } })
    .parseSync();
  const files = given._.map(String).filter((word) => word.endsWith('.yml'));
  const { inventory, diagnostics } = loadInventory([given.i!], { cwd, playbookDir: 'playbooks' });
  expect(diagnostics).toEqual([]);
  if (given.host !== undefined) expect([...inventory!.hosts.keys()]).toContain(given.host);
  const limit = given.limit === undefined ? {} : { limit: given.limit };
  expect(inventory!.select('all', limit)).toMatchObject({
    hosts: expect.arrayContaining([expect.anything()]),
    diagnostics: [],
  });
  const loaded = loadPlaybooks(
    files.flatMap((file) => (file.includes('*') ? [] : [file])),
    { cwd },
  );
  const extra = readExtraVars((given.e ?? []).map(String));
  const built = buildPrograms({
    playbooks: loaded.playbooks,
    inventory: inventory!,
    extraVars: extra.values,
    ...limit,
  });
  const unused = unusedExtraVars(extra.names, loaded.playbooks, inventory!);
  expect([...loaded.diagnostics, ...extra.diagnostics, ...built.diagnostics, ...unused]).toEqual([]);
});

function unquoted(word: string): string {
  return word.replace(/^'(.*)'$/, '$1');
}
