import { expect, test } from 'vitest';
import { eventsOf, fleetReport } from '../../../test/support/fleet-report.ts';
import { createStyle } from '../style.ts';
import { startProgress } from './index.ts';

test('listr2 runs the display, which leaves the changed and failed hosts behind and nothing else', async () => {
  // listr2 asks the process whether there is a terminal.
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  const written: string[] = [];
  const listeners = process.listenerCount('SIGINT');
  try {
    const run = fleetReport('apply', 20);
    const progress = startProgress({
      mode: 'apply',
      hosts: run.hosts.map(({ host }) => host),
      style: createStyle({ width: 80 }),
      verbosity: 0,
      terminal: { columns: 80, rows: 24, write: (text) => written.push(text) },
      now: () => 0,
    });
    for (const event of eventsOf(run)) progress.listener(event);
    progress.note('a note');
    await progress.close();
    await progress.close();
  } finally {
    process.stdout.isTTY = isTTY;
  }
  const lines = written
    .join('')
    .replace(/\x1b\[[?0-9;]*[A-Za-z]|\r/g, '')
    .trimEnd()
    .split('\n');
  expect(lines.filter((line) => /^[●✗] web/.test(line))).toHaveLength(18);
  expect(lines.at(-1)).toBe('a note');
  expect(written.at(-1)).not.toContain('in flight');
  expect(process.listenerCount('SIGINT')).toBe(listeners);
});

test('hosts that never ended do not keep it open', async () => {
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  try {
    const progress = startProgress({
      mode: 'apply',
      hosts: ['a', 'b'],
      style: createStyle({ width: 80 }),
      verbosity: 0,
      terminal: { columns: 80, rows: 24, write: () => {} },
      now: () => 0,
    });
    progress.listener({ type: 'host-started', host: 'a' });
    await expect(progress.close()).resolves.toBeUndefined();
  } finally {
    process.stdout.isTTY = isTTY;
  }
});
