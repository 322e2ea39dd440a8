import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).pathname);

test.each([
  ['thrown', 'setTimeout(() => { throw new Error(words); })'],
  ['rejected', 'void Promise.reject(new Error(words))'],
])('what is %s where nobody catches it is masked, and ends the process', { timeout: 60_000 }, (_, crash) => {
  const script = `
    const { maskStream } = await import(${module('./mask-output.ts')});
    const { tellUncaught } = await import(${module('./uncaught.ts')});
    const { Secret } = await import(${module('../secrets/secret.ts')});
    maskStream(process.stderr);
    tellUncaught(['-vvv']);
    new Secret('canary-horse');
    const words = 'the host said canary-horse';
    ${crash};
    setInterval(() => {}, 1000);`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  expect(stderr).toContain('this is a bug in provision: the host said ********');
  expect(stderr).not.toContain('canary');
  expect(status).toBe(1);
});
