import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('the bundle has all that the sources take from ssh2', () => {
  const plugin = readFileSync(`${ROOT}scripts/bundle/ssh2.ts`, 'utf8');
  const exported = /export default \{ (.*?) \};/.exec(plugin)?.[1] ?? '';
  const used = new Set(
    sources().flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\bssh2\.([A-Za-z]+)/g)].map(([, name]) => name as string),
    ),
  );
  expect(used.size).toBeGreaterThan(1);
  for (const name of used) expect(exported.split(/[^A-Za-z]+/)).toContain(name);
});

function sources(): readonly string[] {
  return readdirSync(`${ROOT}src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => `${ROOT}src/${path}`);
}
