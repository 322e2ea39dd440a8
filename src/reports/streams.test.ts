import { describe, expect, test } from 'vitest';
import { eventsOf, fleetReport } from '../../test/support/fleet-report.ts';
import type { RunMode } from '../engine/events.ts';
import { jsonLinesReport } from './json-lines.ts';
import { plainReport } from './plain.ts';
import { createStyle } from './style.ts';

function plain(mode: RunMode, size: number, verbosity = 0): readonly string[] {
  const lines: string[] = [];
  const listener = plainReport({ mode, style: createStyle(), verbosity, write: (line) => lines.push(line) });
  for (const event of eventsOf(fleetReport(mode, size))) listener(event);
  return lines;
}

function json(mode: RunMode, size: number, diff = false): readonly string[] {
  const lines: string[] = [];
  const now = () => '2026-01-02T03:04:05.678Z';
  const listener = jsonLinesReport({ diff, now, write: (line) => lines.push(line) });
  for (const event of eventsOf(fleetReport(mode, size))) listener(event);
  return lines;
}

describe('plain lines', () => {
  test('one for each host, without control characters', async () => {
    for (const size of [1, 20, 200]) {
      const lines = plain('apply', size);
      expect(lines).toHaveLength(size);
      expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f]/);
    }
    await expect(`${plain('apply', 20).join('\n')}\n`).toMatchFileSnapshot('golden/plain-20.txt');
  });

  test('-v tells each step, -vv the connections', async () => {
    await expect(`${plain('dry-run', 20, 2).slice(0, 40).join('\n')}\n`).toMatchFileSnapshot(
      'golden/plain-verbose.txt',
    );
  });
});

describe('JSON lines', () => {
  test('one object for each event, in order', async () => {
    const lines = json('dry-run', 20);
    expect(lines).toHaveLength(eventsOf(fleetReport('dry-run', 20)).length);
    for (const line of lines) expect(line).not.toContain('\n');
    const kinds = lines.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(kinds).toEqual(eventsOf(fleetReport('dry-run', 20)).map(({ type }) => type));
    await expect(`${json('apply', 20).slice(-30).join('\n')}\n`).toMatchFileSnapshot(
      'golden/json-lines.jsonl',
    );
  });

  test('texts are there as hashes, as a diff only when asked for', () => {
    const content = (diff: boolean) =>
      json('apply', 1, diff)
        .map((line) => JSON.parse(line) as { changes?: { attribute?: string; diff?: string }[] })
        .flatMap(({ changes }) => changes ?? [])
        .find(({ attribute }) => attribute === 'content');
    expect(content(false)).not.toHaveProperty('diff');
    expect(content(false)).not.toHaveProperty('text');
    expect(content(true)?.diff).toContain('\n+export GOROOT=/usr/local/go\n');
  });
});
