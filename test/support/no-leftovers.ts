import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { betweenTests } from './between-tests.ts';
import {
  descendants,
  leftOpen,
  type Moment,
  markDescendants,
  now,
  openFiles,
  watchOpening,
} from './open-resources.ts';

/**
 * After every test its process has no socket, pipe, server, child, timer, watcher and no file open that the test brought; and no
 * process lives on that it started, nor one that such a process started: what the engine opens it closes, after a failure too.
 * Tests that run at the same time are asked together. What a file opens for all its tests is asked for at its end.
 */
watchOpening();
markDescendants();

/** Milliseconds: what has been told to end may need a moment, on a busy machine. */
const PATIENCE = Number(process.env.PROVISION_PATIENCE ?? 10_000);

interface Before {
  readonly moment: Moment;
  readonly files: ReadonlyMap<string, string>;
  readonly processes: ReadonlyMap<number, string>;
}

const before = (): Before => ({ moment: now(), files: openFiles(), processes: descendants() });

const first = before();
let start = first;
betweenTests(
  () => {
    start = before();
  },
  () => requireNothingSince(start, 'this test'),
);
afterAll(async () => {
  await requireNothingSince(first, 'the tests of this file');
});

async function requireNothingSince(since: Before, whose: string): Promise<void> {
  const left = await leftovers(since);
  if (left.length > 0) throw new Error(`left by ${whose}:\n${left.join('\n')}`);
}

async function leftovers(since: Before): Promise<readonly string[]> {
  const made = await leftOpen(since.moment, now(), PATIENCE);
  const end = performance.now() + PATIENCE;
  while (others(since).length > 0 && performance.now() < end) await sleep(50);
  return [...made, ...others(since)];
}

function others(since: Before): readonly string[] {
  const files = [...openFiles()]
    .filter(([descriptor, path]) => since.files.get(descriptor) !== path)
    .map(([, path]) => `open file ${path}`);
  const processes = [...descendants()]
    .filter(([id]) => !since.processes.has(id))
    .map(([id, command]) => `process ${id}: ${command}`);
  return [...files, ...processes];
}
