import { describe, expect, test } from 'vitest';
import { eventsOf, fleetReport, stepRef } from '../../../test/support/fleet-report.ts';
import { textWidth } from '../../documents/text-width.ts';
import type { EngineEvent, RunReport } from '../../engine/events.ts';
import { createStyle } from '../style.ts';
import { frame } from './frame.ts';
import { ProgressModel } from './model.ts';

const UPLOAD = stepRef(20, 'upload', 'Upload the Go archive to where archives are kept');

/** A run in the middle: a third of the hosts is done, the rest is at work. */
function middle(run: RunReport): ProgressModel {
  const model = new ProgressModel();
  const done = Math.floor(run.hosts.length / 3);
  const events: EngineEvent[] = eventsOf({ ...run, hosts: run.hosts.slice(0, done) }).slice(0, -1);
  const hosts = run.hosts.map(({ host }) => host);
  events[0] = { type: 'run-started', mode: run.mode, hosts, steps: 5 };
  for (const event of events) model.apply(event, 0);
  for (const [index, host] of hosts.slice(done).entries()) {
    model.apply({ type: 'host-started', host }, 1_000);
    if (index % 4 === 1) continue;
    model.apply({ type: 'host-connected', host }, 1_200);
    if (index % 4 === 2) continue;
    model.apply({ type: 'host-observed', host, steps: 5, changes: 6 }, 1_500);
    model.apply({ type: 'step-started', host, step: UPLOAD, action: 'writing /var/lib/go.tar.gz' }, 1_500);
    if (index % 4 === 3) continue;
    model.apply({ type: 'transfer', host, step: UPLOAD, sent: 0, total: 123_000_000 }, 2_000);
    model.apply({ type: 'transfer', host, step: UPLOAD, sent: 61_500_000, total: 123_000_000 }, 4_000);
  }
  return model;
}

describe('the live display', () => {
  for (const size of [1, 20, 200]) {
    for (const width of [80, 120]) {
      test(`${size} hosts, ${width} columns`, async () => {
        const rows = frame(middle(fleetReport('apply', size)), 42_000, 24, createStyle({ width }));
        expect(rows.length).toBeLessThanOrEqual(10);
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
        await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(`golden/progress-${size}-${width}.txt`);
      });
    }
  }

  test('takes no more rows than a small terminal has', () => {
    const model = middle(fleetReport('apply', 200));
    expect(frame(model, 0, 4, createStyle({ width: 40 }))).toHaveLength(3);
    expect(frame(model, 0, 1, createStyle({ width: 20 }))).toHaveLength(1);
  });

  test('names from hosts and playbooks cannot move the cursor or widen a row', () => {
    const model = new ProgressModel();
    const evil = 'a\x1b[2Jb\r\n日本語日本語日本語日本語日本語日本語';
    const step = { ...UPLOAD, name: evil };
    model.apply({ type: 'run-started', mode: 'apply', hosts: [evil], steps: 1 }, 0);
    model.apply({ type: 'host-started', host: evil }, 0);
    model.apply({ type: 'step-started', host: evil, step, action: evil }, 0);
    for (const width of [20, 40, 79]) {
      for (const row of frame(model, 60_000, 24, createStyle({ width }))) {
        expect(row).not.toMatch(/[\x00-\x1f\x7f]/);
        expect(textWidth(row)).toBeLessThanOrEqual(width);
      }
    }
  });

  test('counts every host once, by how it ended', () => {
    const model = new ProgressModel();
    for (const event of eventsOf(fleetReport('apply', 200))) model.apply(event, 0);
    const { done, changed, failed, unreachable, changes } = model;
    expect({ done, changed, failed, unreachable, changes }).toEqual({
      done: 200,
      changed: 140,
      failed: 20,
      unreachable: 20,
      changes: 860,
    });
    expect(model.atWork.size).toBe(0);
    expect(model.troubles.map(({ host }) => host)).toEqual(['web197', 'web198']);
  });
});
