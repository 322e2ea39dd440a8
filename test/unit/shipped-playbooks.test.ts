import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import { lintPlaybooks } from '../../src/playbook/lint.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const names = readdirSync(`${cwd}playbooks`).filter((name) => name.endsWith('.yml'));

test.each(names)('playbooks/%s has nothing wrong but the artifacts that everybody brings', async (name) => {
  const { inventory } = loadInventory(['inventory/prod.yml'], { cwd, playbookDir: 'playbooks' });
  const found = await lintPlaybooks({ playbooks: [`playbooks/${name}`], inventory: inventory!, cwd });
  const other = found.filter(({ message }) => !/ artifacts\/.* there is no such file/s.test(message));
  expect(other).toEqual([]);
});
