import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/**
 * A temporary directory for runs of the command line (TMPDIR), by which what they leave on the controller is found.
 * Made where a file's tests are declared; removed after them.
 */
export class OwnTemporary {
  readonly path = mkdtempSync(join(tmpdir(), 'po-'));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Processes that were told of a file in it. */
  processes(): readonly string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((id) => {
        try {
          const line = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
          return line.includes(this.path) ? [`${id}: ${line}`] : [];
        } catch {
          return [];
        }
      });
  }

  /**
   * Fails when files or processes are left.
   *
   * @param patience milliseconds until those are gone that nobody waits for: what was killed, and the ssh to a jump host.
   */
  async expectNothing(patience = 5_000): Promise<void> {
    expect(readdirSync(this.path), 'no file is left').toEqual([]);
    if (patience === 0) expect(this.processes(), 'no ssh is left').toEqual([]);
    else await expect.poll(() => this.processes(), { timeout: patience }).toEqual([]);
  }
}
