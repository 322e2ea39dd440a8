import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { comparedAll } from '../../../test/support/compare-locally.ts';
import { localRemoteShell } from '../../../test/support/local-remote-shell.ts';
import { type LocalShell, localShells } from '../../../test/support/local-shell.ts';
import { until } from '../../../test/support/until.ts';
import { combine } from '../../engine/step-kind.ts';
import { wantDirectory } from '../../resources/directory.ts';
import { wantSentFile } from '../../resources/sent-file.ts';
import type { ScriptInput } from '../../shell/input.ts';
import { joinShell, sh } from '../../shell/quote.ts';
import { split } from './lanes.ts';
import type { RemoteShell } from './remote-shell.ts';
import type { Frame } from './request-script.ts';
import { runInParts } from './run-in-parts.ts';

const { shells, close } = localShells();
const directory = mkdtempSync(join(tmpdir(), 'provision-parts-'));
const bytes = randomBytes(5 * 1024 * 1024 + 77);
const source = {
  path: join(directory, 'source'),
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
};
writeFileSync(source.path, bytes);
const place = join(directory, 'place');
const target = join(place, 'big.bin');
const LANES = 2;

const open: RemoteShell[] = [];
beforeEach(() => mkdirSync(place));
afterEach(() => {
  for (const shell of open.splice(0)) shell.kill();
  rmSync(place, { recursive: true });
});
afterAll(() => {
  close();
  rmSync(directory, { recursive: true });
});

function start(local: LocalShell): RemoteShell {
  const shell = localRemoteShell(local);
  open.push(shell);
  return shell;
}

/** What sends the file, and what makes the directory before it where there is none. */
function framesFor(local: LocalShell, folder = place): readonly Frame[] {
  const [compared] = comparedAll(local, [
    (view) => {
      const made = wantDirectory(view, { path: folder });
      const later = made.changes.length > 0 ? view.after(made.effects) : view;
      return combine(made, wantSentFile(later, { path: join(folder, 'big.bin'), source }));
    },
  ]);
  return compared!.actions().map(({ script, input }) => ({
    script: joinShell([sh`set -eu; p_limit=60`, script]),
    onlyIfOk: true,
    ...(input === undefined ? {} : { input }),
  }));
}

/** The frame's own shell and those of the parts have answered before, as on a host. */
async function send(local: LocalShell, frames: readonly Frame[], onInput?: (...told: number[]) => void) {
  const [shell, ...lanes] = Array.from({ length: LANES + 1 }, () => start(local));
  await shell!.run([{ script: sh`:` }], { timeout: 10_000 });
  const at = frames.findIndex(({ input }) => input !== undefined);
  const parts = split(frames[at]!.input!, LANES)!;
  return runInParts(
    { shell: shell!, frames, at, parts, lanes },
    { timeout: 10_000, ...(onInput === undefined ? {} : { onInput }) },
  );
}

/** The file as it is, but for what one of its parts has to give. */
function withPart(frames: readonly Frame[], open: () => AsyncIterable<Buffer>): readonly Frame[] {
  return frames.map((frame) => {
    const { part, ...input } = frame.input ?? ({} as ScriptInput);
    if (part === undefined) return frame;
    const other: ScriptInput['part'] = (at, size) =>
      at === 0 ? part(at, size) : { ...part(at, size), open };
    return { ...frame, input: { ...input, part: other } };
  });
}

describe.each(shells)('a file in parts, taken by $name', (local) => {
  test('comes whole, and nothing else is left', async () => {
    const results = await send(local, framesFor(local));
    expect(results.map(({ code, stderr }) => [code, code === 0 ? '' : `${stderr}`])).toEqual([[0, '']]);
    expect(readFileSync(target).equals(bytes)).toBe(true);
    expect(readdirSync(place)).toEqual(['big.bin']);
  });

  test('comes whole into a directory that the same request makes', async () => {
    const folder = join(place, 'new');
    const results = await send(local, framesFor(local, folder));
    expect(results.map(({ code, stderr }) => [code, code === 0 ? '' : `${stderr}`])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(readFileSync(join(folder, 'big.bin')).equals(bytes)).toBe(true);
  });

  test('is not sent when what comes before it fails', async () => {
    let sent = 0;
    const after = { script: sh`echo after` };
    const frames = [{ script: sh`exit 3` }, ...framesFor(local), after, { ...after, onlyIfOk: true }];
    const results = await send(local, frames, () => {
      sent += 1;
    });
    expect(results.map(({ code }) => code)).toEqual([3, 125, 0, 125]);
    expect(`${results[2]?.stdout}`).toBe('after\n');
    expect(sent).toBe(0);
    expect(readdirSync(place)).toEqual([]);
  });

  test('is told of as it comes, to its last byte and once', async () => {
    const told: number[][] = [];
    const small = {
      size: 3,
      open: async function* () {
        yield Buffer.from('abc');
      },
    };
    await send(
      local,
      [...framesFor(local), { script: sh`cat`, input: small }],
      (...one) => void told.push(one),
    );
    const total = bytes.length + 3;
    expect(told.every(([sent = 0, all]) => sent <= total && all === total)).toBe(true);
    expect(told.filter(([sent]) => sent === total)).toHaveLength(1);
    expect(told.at(-1)).toEqual([total, total]);
  });

  test('that cannot be read on the controller any more fails with the reason, at once', async () => {
    const frames = withPart(framesFor(local), async function* () {
      yield Buffer.alloc(10);
      throw new Error('it is gone');
    });
    const [result] = await send(local, frames);
    expect(result?.code).toBe(1);
    expect(`${result?.stderr}`).toMatch(/it is gone[\s\S]*the file arrived (incomplete|with other bytes)/);
    expect(readdirSync(place)).toEqual([]);
  });

  test('whose parts are all there, but nobody says so any more, is not put in place', async () => {
    const [frame] = framesFor(local);
    const [shell, ...lanes] = Array.from({ length: LANES + 1 }, () => start(local));
    const { own, rest } = split(frame!.input!, LANES)!;
    const running = shell!.run([{ ...frame!, input: own(new Promise(() => {})) }], { timeout: 10_000 });
    running.catch(() => {});
    const parts = rest.map((part, index) =>
      lanes[index]!.run([{ script: part.script, input: part }], { timeout: 10_000 }),
    );
    for (const [result] of await Promise.all(parts)) expect(result?.code).toBe(0);
    await shell!.close();
    await expect(running).rejects.toThrow();
    await until(async () => readdirSync(place).length === 0);
    expect(existsSync(target)).toBe(false);
  });
});
