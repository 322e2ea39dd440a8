import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { formatDiagnostics } from '../../src/documents/format.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { lintPlaybooks } from '../../src/playbook/lint.ts';

/**
 * What is said of wrong playbooks, exactly: beside each `NAME.yml` stands `NAME.txt` with every message, its
 * line and column, and the marks below the line. `npx vitest run --project unit bad-playbooks -u` writes them anew:
 * read the difference as a user would.
 */
const folder = fileURLToPath(new URL('./bad-playbooks', import.meta.url));
const names = readdirSync(folder).filter((name) => name.endsWith('.yml'));

const { inventory, diagnostics } = loadInventory(['inventory.yaml'], { cwd: folder });

test('the inventory of these playbooks is right', () => {
  expect(diagnostics).toEqual([]);
});

test.each(names)('%s', async (name) => {
  const found = await lintPlaybooks({ playbooks: [name], cwd: folder, inventory: inventory! });
  const text = formatDiagnostics(found).replaceAll(folder, '…');
  await expect(`${text}\n`).toMatchFileSnapshot(`${folder}/${name.replace(/\.yml$/, '.txt')}`);
});
