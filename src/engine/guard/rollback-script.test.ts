import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localShells, runScript } from '../../../test/support/local-shell.ts';
import { sh } from '../../shell/quote.ts';
import { FIND_PENDING } from '../../ssh/session/await-rollback.ts';
import { guardName } from './host-files.ts';
import { rollbackScript } from './rollback-script.ts';

const { shells, close } = localShells();
const token = 'rollback-script-test';
let place: string;
let guard: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'provision-rollback-'));
  guard = join(place, guardName(token));
  mkdirSync(guard, { mode: 0o700 });
  writeFileSync(join(guard, 'armed'), '');
});
afterEach(() => rmSync(place, { recursive: true }));
afterAll(close);

describe.each(shells)('a rollback in $name', (shell) => {
  const goBack = (settle: ReturnType<typeof sh>): number =>
    runScript(
      shell,
      sh`set -- ${guard} now
${rollbackScript({ what: 'test', settle }, token, 1)}`,
    ).code;
  const isPending = (): boolean =>
    runScript(
      shell,
      sh`${FIND_PENDING}
p_left ${guard}`,
    ).code === 0;

  test('that succeeds leaves nothing', () => {
    expect(isPending()).toBe(true);
    expect(goBack(sh`:`)).toBe(0);
    expect(isPending()).toBe(false);
    expect(existsSync(guard)).toBe(false);
  });

  test('that fails says so where those can see it who cannot look into its directory', () => {
    expect(goBack(sh`echo broken >&2; exit 1`)).toBe(1);
    expect(readFileSync(join(guard, 'failed'), 'utf8')).toContain('broken');
    expect(isPending()).toBe(false);
    // As one who cannot look into it sees it.
    rmSync(join(guard, 'failed'));
    expect(isPending()).toBe(false);
    expect(goBack(sh`:`)).toBe(0);
    expect(existsSync(`${guard}.failed`)).toBe(false);
  });
});
