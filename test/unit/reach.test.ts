import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reachLook } from '../../src/looks/reach.ts';
import { answers, type LocalShell, localShells } from '../support/local-shell.ts';

/** Connections tried with each of the tools that a host may have, as far as this machine has them. */
const { shells, close } = localShells();
const busybox = shells.find(({ name }) => name === 'busybox') as LocalShell;
const dash = shells.find(({ name }) => name === 'dash') as LocalShell;
const folders: string[] = [];
const TOOLS = ['bash', 'nc', 'python3', 'perl', 'busybox', 'none'] as const;

let server: Server;
let open = 0;
let closed = 0;

beforeAll(async () => {
  server = createServer();
  open = await listen(server);
  // A port that was ours a moment ago and is nobody's now.
  const other = createServer();
  closed = await listen(other);
  await new Promise((done) => other.close(done));
});
afterAll(() => {
  server.close();
  close();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function listen(one: Server): Promise<number> {
  return new Promise((done) => {
    one.listen(0, '127.0.0.1', () => done((one.address() as AddressInfo).port));
  });
}

function whereIs(program: string): string {
  const found = spawnSync('which', [program]).stdout.toString().trim();
  if (program !== 'python3' || found === '') return found;
  // Not a wrapper that chooses between several.
  return spawnSync(found, ['-c', 'import sys; print(sys.executable)']).stdout.toString().trim();
}

/** busybox's applets without its nc, and one tool beside them. */
function shellWith(tool: (typeof TOOLS)[number]): LocalShell {
  if (tool === 'busybox') return busybox;
  const folder = mkdtempSync(join(tmpdir(), 'tools-'));
  folders.push(folder);
  cpSync(busybox.path, folder, { recursive: true, verbatimSymlinks: true });
  for (const name of ['nc', 'bash']) rmSync(join(folder, name), { force: true });
  if (tool !== 'none') symlinkSync(whereIs(tool), join(folder, tool));
  return { ...dash, path: folder };
}

describe.each(TOOLS.filter((tool) => tool === 'none' || whereIs(tool) !== ''))(
  'with %s',
  { timeout: 60_000 },
  (tool) => {
    test('what is there and what is not', () => {
      const found = answers(shellWith(tool), [
        reachLook({ host: '127.0.0.1', port: open, timeout: 5 }),
        reachLook({ host: '127.0.0.1', port: closed, timeout: 5 }),
        reachLook({ host: 'no-such-host.invalid', port: open, timeout: 5 }),
      ]);
      if (tool === 'none') {
        expect(found).toEqual(Array(3).fill({ reached: false, why: 'no-tool', said: '' }));
        return;
      }
      expect(found).toEqual([
        { reached: true },
        { reached: false, why: 'failed', said: expect.not.stringContaining('resolved') },
        {
          reached: false,
          why: 'failed',
          // nc keeps silent.
          said: expect.stringMatching(/^$|^the name no-such-host.invalid cannot be resolved on the host$/),
        },
      ]);
    });
  },
);
