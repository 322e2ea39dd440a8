import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fleetReport } from '../../test/support/fleet-report.ts';
import { runInProcess as cli } from '../../test/support/run-in-process.ts';
import { shardStreams } from '../../test/support/shard-streams.ts';
import { tempFiles } from '../../test/support/temp-files.ts';
import type { RunReport } from '../engine/events.ts';
import { createStyle } from '../reports/style.ts';
import { summary } from '../reports/summary/index.ts';
import { exitCodeOf } from './exit-code.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

beforeEach(() => {
  vi.stubEnv('LC_ALL', 'C.UTF-8');
});

/** The streams of a run over several parts, as files. */
function filesOf(whole: RunReport, count: number): readonly string[] {
  const folder = tempFiles({});
  return shardStreams(whole, count).map((lines, at) => {
    const file = join(folder, `part-${at + 1}.jsonl`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  });
}

const PLAIN = { style: createStyle(), diff: false, verbosity: 0, mostNames: 12 };

describe('provision report merge', () => {
  test.each([
    ['drift', 20, 3],
    ['apply', 200, 8],
    ['dry-run', 1, 2],
  ] as const)(
    '%s of %i hosts in %i parts: the report and the exit code of one run',
    async (mode, hosts, count) => {
      const whole = fleetReport(mode, hosts);
      const { code, out, err } = await cli('report', 'merge', '--no-color', ...filesOf(whole, count));
      expect(err).toBe('');
      expect(out).toBe(`${summary(whole, PLAIN).join('\n')}\n`);
      expect(code).toBe(exitCodeOf(whole, true));
    },
  );

  test('--diff, when the parts have it', async () => {
    const whole = fleetReport('apply', 20);
    const files = filesOf(whole, 3);
    const { out } = await cli('report', 'merge', '--no-color', '--diff', ...files);
    expect(out).toBe(`${summary(whole, { ...PLAIN, diff: true }).join('\n')}\n`);
    writeFileSync(files[1]!, readFileSync(files[1]!, 'utf8').replace('"diff":true', '"diff":false'));
    const without = await cli('report', 'merge', '--diff', ...files);
    expect(without).toMatchObject({ code: 1, out: '' });
    expect(without.err).toContain('how texts differ is not in these streams');
  });

  test('--json writes a stream that is that of the whole run', async () => {
    const whole = fleetReport('drift', 20);
    const { code, out, err } = await cli('report', 'merge', '--json', ...filesOf(whole, 3));
    expect([code, err]).toEqual([3, '']);
    const folder = tempFiles({ 'merged.jsonl': out });
    const again = await cli('report', 'merge', '--no-color', join(folder, 'merged.jsonl'));
    expect(again.code).toBe(3);
    expect(again.out).toBe(`${summary(whole, PLAIN).join('\n')}\n`);
  });

  test('a part that broke off: what is known, what is not, and 130', async () => {
    const files = filesOf(fleetReport('drift', 20), 2);
    const text = readFileSync(files[1]!, 'utf8');
    writeFileSync(files[1]!, text.slice(0, text.length - 400));
    const { code, out, err } = await cli('report', 'merge', ...files);
    expect(code).toBe(130);
    expect(err).toMatch(/part-2\.jsonl:\d+:1: error: the stream breaks off without run-finished/);
    expect(out).toContain('Interrupted: run again, and what is missing is done.');
    const json = await cli('report', 'merge', '--json', ...files);
    expect(json.code).toBe(130);
    expect(json.out).toContain('"code":"part-unfinished"');
    expect(JSON.parse(json.out.trim().split('\n').at(-1)!)).toMatchObject({ interrupted: true, hosts: 20 });
  });

  test('a missing part, a missing file, a folder', async () => {
    const [first = '', second = ''] = filesOf(fleetReport('drift', 20), 2);
    const alone = await cli('report', 'merge', second);
    expect(alone.code).toBe(130);
    expect(alone.err).toContain('error: of 2 parts part 1 is missing');
    expect(alone.out).not.toBe('');
    const nowhere = await cli('report', 'merge', first, `${second}.gone`);
    expect(nowhere).toMatchObject({ code: 1, out: '' });
    expect(nowhere.err).toContain('part-2.jsonl.gone: error: cannot read the file: there is no such file');
    expect((await cli('report', 'merge', tempFiles({}))).err).toContain('this is a folder, not a file');
  });

  test('a part that was refused makes the whole an error, with what it found', async () => {
    const [first = ''] = filesOf(fleetReport('drift', 20), 2);
    const folder = tempFiles({
      'refused.jsonl':
        '{"event":"diagnostic","severity":"error","code":"unknown-key","message":"no such key","file":"go.yml","line":3,"column":5}\n',
    });
    const { code, err } = await cli('report', 'merge', first, join(folder, 'refused.jsonl'));
    expect(code).toBe(1);
    expect(err).toContain('go.yml:3:5: error: no such key');
    expect(err).toContain('refused.jsonl:1:1: error: this part was refused before it touched a host');
  });
});

describe('a part without hosts is no mistake', () => {
  /** A folder with an inventory of web01, and the arguments of a run over it. */
  function job(): { readonly folder: string; readonly hosts: string; readonly run: readonly string[] } {
    const folder = tempFiles({
      'hosts.yml': 'all: { hosts: { web01: } }\n',
      'site.yml': 'hosts: all\nsteps:\n  - file: { path: /etc/motd, content: hello }\n',
      'bad.yml': 'hosts: all\nsteps:\n  - file: { path: "{{ nowhere }}", content: x }\n',
    });
    const hosts = join(folder, 'hosts.yml');
    return { folder, hosts, run: ['-i', hosts, join(folder, 'site.yml')] };
  }

  // web01 is in part 2 of 8.
  test.each([[['--dry-run']], [[]]])('%j', async (more) => {
    expect(await cli(...job().run, '--shard', '1/8', ...more)).toEqual({
      code: 0,
      out: 'No host belongs to part 1/8: nothing to do.\n',
      err: '',
    });
  });

  test('with --json its stream is whole', async () => {
    const { folder, run } = job();
    const { code, out } = await cli('drift', ...run, '--shard', '1/8', '--json');
    expect(code).toBe(0);
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event }) => event)).toEqual(['run-started', 'run-finished']);
    expect(events[0]).toMatchObject({
      hosts: [],
      options: { playbooks: [join(folder, 'site.yml')], detailedExitCode: true },
      shard: { index: 1, count: 8, hosts: 1, places: [] },
    });
  });

  test('facts', async () => {
    const { code, out, err } = await cli('facts', '-i', job().hosts, '--shard', '1/8');
    expect([code, out.trim(), err]).toEqual([0, '', 'No host belongs to part 1/8: nothing to do.\n']);
  });

  test('inventory tells who is in a part', async () => {
    const { hosts } = job();
    const names = async (shard: string) => (await cli('inventory', '-i', hosts, '--shard', shard)).out;
    expect([await names('2/8'), await names('1/8')]).toEqual(['web01\n', '']);
  });

  test('what is wrong for any host is wrong in every part', async () => {
    const { folder, hosts, run } = job();
    // Keys are looked at for hosts of the part alone.
    vi.stubEnv('SSH_AUTH_SOCK', join(folder, 'agent'));
    const args = (shard: string) => ['-i', hosts, join(folder, 'bad.yml'), '--shard', shard];
    const [mine, other] = [await cli(...args('2/8')), await cli(...args('1/8'))];
    expect(mine.code).toBe(1);
    expect(mine.err).toContain('nowhere');
    expect(other).toEqual(mine);
    const limited = await cli(...run, '--shard', '1/8', '--limit', 'web1');
    expect(limited).toMatchObject({ code: 1 });
    expect(limited.err).toContain('--limit');
  });
});
