import { describe, expect, test } from 'vitest';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import type { Effect, PathState, PresentPath } from '../../engine/effect.ts';
import { type CommandResult, commandLook } from '../../looks/command.ts';
import { programLook } from '../../looks/program.ts';
import { statLook } from '../../looks/stat.ts';
import { compare } from './compare.ts';
import type { CommandArgs } from './schema.ts';

const PROGRAM: PresentPath = {
  exists: true,
  type: 'file',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 9,
  mtime: 0,
};

const result = (rc: number, stdout = '', stderr = ''): CommandResult => ({
  rc,
  stdout: Buffer.from(stdout),
  stderr: Buffer.from(stderr),
});

interface Known {
  readonly paths?: Readonly<Record<string, PathState>>;
  readonly programs?: Readonly<Record<string, boolean>>;
  readonly asked?: readonly (readonly [readonly string[], CommandResult])[];
  readonly predicted?: readonly Effect[];
}

function viewOf({ paths = {}, programs = {}, asked = [], predicted = [] }: Known) {
  return viewWith(
    [
      ...Object.entries(paths).map(([path, state]) => [statLook(path), state] as const),
      ...Object.entries(programs).map(([name, there]) => [programLook(name), there] as const),
      ...asked.map(([argv, answer]) => [commandLook({ argv, timeout: 300 }), answer] as const),
    ],
    { predicted },
  );
}

const run = (args: CommandArgs, known: Known) => compare(args, viewOf(known));
const SH = (text: string) => ['/bin/sh', '-c', text];

describe('a command', () => {
  test('without guards runs on every apply, and may change anything', () => {
    const found = run({ argv: ['make', 'a b'] }, { programs: { make: true } });
    expect(found.changes).toEqual([{ resource: 'command', target: "make 'a b'", action: 'run' }]);
    expect(found.always).toBe(true);
    expect(found.effects).toEqual([{ type: 'anything', reason: "the command make 'a b'" }]);
  });

  test('asks all that it needs in one trip', () => {
    const args = { argv: ['/opt/x'], chdir: '/opt', creates: '/opt/made', unless: 'true' };
    expect(firstLooks((view) => compare(args, view)).map((key) => key.slice(0, 14))).toEqual([
      'stat:/opt/made',
      'command:{"argv',
      'stat:/opt',
      'stat:/opt/x',
    ]);
  });

  test.each<[string, CommandArgs, Known, boolean]>([
    ['creates, not there', { creates: '/m' }, { paths: { '/m': { exists: false } } }, true],
    ['creates, there', { creates: '/m' }, { paths: { '/m': PROGRAM } }, false],
    ['removes, there', { removes: '/m' }, { paths: { '/m': PROGRAM } }, true],
    ['removes, not there', { removes: '/m/' }, { paths: { '/m': { exists: false } } }, false],
    ['unless, 0', { unless: 'ask' }, { asked: [[SH('ask'), result(0)]] }, false],
    ['unless, 1', { unless: 'ask' }, { asked: [[SH('ask'), result(1)]] }, true],
    ['unless as a list', { unless: ['ask', 'me'] }, { asked: [[['ask', 'me'], result(1)]] }, true],
    ['only_if, 0', { only_if: 'ask' }, { asked: [[SH('ask'), result(0)]] }, true],
    ['only_if, 1', { only_if: 'ask' }, { asked: [[SH('ask'), result(1)]] }, false],
  ])('%s', (_, guards, known, runs) => {
    expect(run({ shell: 'x', ...guards }, known).changes).toHaveLength(runs ? 1 : 0);
  });

  test('with a guard on what it brings about says something about drift; with only_if alone it does not', () => {
    const paths = { '/m': { exists: false } } as const;
    expect(run({ shell: 'x', creates: '/m' }, { paths }).always).toBeUndefined();
    expect(run({ shell: 'x', only_if: 'ask' }, { asked: [[SH('ask'), result(0)]] }).always).toBe(true);
  });

  test('what it creates is there for later steps', () => {
    const { effects } = run({ shell: 'x', creates: '/m' }, { paths: { '/m': { exists: false } } });
    expect(run({ shell: 'y', creates: '/m' }, { predicted: effects }).changes).toEqual([]);
  });

  test('a guard that earlier steps may change is not known, but one that is settled by a path is', () => {
    const predicted = [{ type: 'answer', key: 'x', value: 1 }] as const;
    expect(() => run({ shell: 'x', unless: 'ask' }, { predicted })).toThrow(
      'known only when the steps before',
    );
    const paths = { '/m': PROGRAM };
    expect(run({ shell: 'x', creates: '/m', unless: 'ask' }, { predicted, paths }).changes).toEqual([]);
  });
});

describe('what cannot run', () => {
  const ABSENT = { exists: false } as const;
  const missing: Known = { paths: { '/opt/x': ABSENT, '/d': ABSENT }, programs: { x: false } };

  test.each<[CommandArgs, string]>([
    [{ argv: ['x'] }, 'there is no program "x" on this host'],
    [{ argv: ['/opt/x'] }, 'there is no program /opt/x on this host'],
    [{ shell: 'x', chdir: '/d' }, 'the working directory /d does not exist'],
  ])('%j', (args, message) => {
    expect(() => run(args, missing)).toThrow(message);
  });

  test('a program that an earlier step brings is there', () => {
    const predicted: Effect[] = [{ type: 'path', path: '/usr/local/bin/x', state: PROGRAM }];
    expect(run({ argv: ['x'] }, { ...missing, predicted }).changes).toHaveLength(1);
    expect(run({ argv: ['/usr/local/bin/x'] }, { ...missing, predicted }).changes).toHaveLength(1);
  });

  test('a program behind links', () => {
    const link = (target: string): PresentPath => ({ ...PROGRAM, type: 'link', mode: '0777', target });
    const paths = { '/a/x': link('../b/x'), '/b/x': link('/c/x'), '/c/x': { ...PROGRAM, mode: '0644' } };
    expect(() => run({ argv: ['/a/x'] }, { paths })).toThrow('/a/x is not executable');
    expect(() => run({ argv: ['/l'] }, { paths: { '/l': link('/l') } })).toThrow('more than 8 links');
  });
});

describe('a question', () => {
  const ask = (answer: CommandResult, expect: CommandArgs['expect'] = {}) =>
    run({ shell: 'q', read_only: true, expect }, { asked: [[SH('q'), answer]] });

  test('is no change, and its answer can be registered', () => {
    const found = ask(result(0, 'one\ntwo\n\n', 'e\n'));
    expect([found.changes, found.effects, found.output]).toEqual([
      [],
      [],
      { rc: 0, stdout: 'one\ntwo\n', stderr: 'e' },
    ]);
  });

  test.each([
    [result(0, 'v1\n'), { stdout: 'v1' }],
    [result(0, 'v1'), { stdout: 'v1\n' }],
    [result(3), { rc: [0, 3] }],
    [result(0, 'go1.26.1 x'), { stdout_matches: 'go1\\.26\\b' }],
  ])('%# is as expected', (answer, expected) => {
    expect(ask(answer, expected).changes).toEqual([]);
  });

  test.each([
    [result(1, '', 'first\nlast\n'), {}, 'q: it ended with status 1: last'],
    [result(124), {}, 'status 124 (as it does when its time limit is over)'],
    [result(143), {}, 'status 143 (as it does when its time limit is over)'],
    [result(0), { rc: 2 }, 'it ended with status 0, not with 2'],
    [result(0, 'v1\n\n'), { stdout: 'v1' }, 'standard output is not as expected:'],
    [result(0, 'v1'), { stdout: 'v2' }, 'standard output is "v1", expected "v2"'],
    [result(0, '', 'odd'), { stderr: '' }, 'standard error is "odd", expected ""'],
    [result(0, 'a\nb\nc'), { stdout: 'a\nB\nc' }, '-B\n+b'],
    [result(0, 'v1'), { stdout_matches: 'v2$' }, 'does not match v2$: it is "v1"'],
  ])('%# is not as expected', (answer, expected, message) => {
    expect(() => ask(answer, expected)).toThrow(message);
  });

  test('a failed question keeps what the host has said, for `register`', () => {
    const output = { rc: 3, stdout: 'one', stderr: 'no' };
    expect(() => ask(result(3, 'one\n', 'no\n'))).toThrow(expect.objectContaining({ output }));
  });

  test('a pattern that cannot be used is told before anything is run', () => {
    expect(() => run({ shell: 'q', expect: { stdout_matches: '(' } }, {})).toThrow(
      '"stdout_matches" is no good',
    );
  });

  test('what a host says cannot stop the controller', () => {
    const said = result(0, `${'a'.repeat(100_000)}!`);
    expect(() => ask(said, { stdout_matches: '^(a+)+$' })).toThrow('does not match');
  });

  test('after pending changes there is no answer yet', () => {
    const predicted = [{ type: 'answer', key: 'x', value: 1 }] as const;
    expect(() => run({ shell: 'q', read_only: true }, { predicted })).toThrow(
      'known only when the steps before',
    );
  });
});
