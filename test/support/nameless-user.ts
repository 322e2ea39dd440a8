/**
 * Builds programs as a user whose number has no name, as in a container. Usage: nameless-user.ts INVENTORY PLAYBOOK [USER].
 * Prints JSON: the user of the first host, what was found, and the home directory.
 */

import { processHome } from '../../src/controller/process-user.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { buildPrograms } from '../../src/playbook/build-programs.ts';
import { loadPlaybooks } from '../../src/playbook/load.ts';

const [inventoryFile = '', playbook = '', user] = process.argv.slice(2);
const { inventory } = loadInventory([inventoryFile]);
const { playbooks } = loadPlaybooks([playbook]);
process.setuid?.(54_321);
const { programs, diagnostics } = buildPrograms({
  playbooks,
  inventory: inventory!,
  ...(user === undefined ? {} : { defaults: { user } }),
});
const found = diagnostics.map(({ code }) => code);
process.stdout.write(JSON.stringify({ user: programs[0]?.loginUser, found, home: processHome() }));
