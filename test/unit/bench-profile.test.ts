import { expect, test } from 'vitest';
import { areaOf } from '../../bench/profile/areas.ts';
import { type CpuProfile, timeByModule } from '../../bench/profile/cpu-profile.ts';
import { phasesOf } from '../../bench/profile/phases.ts';

const BUNDLE = [
  'prelude',
  '// node_modules/ssh2/lib/client.js',
  'code of ssh2',
  '  // dist/engine/run.js',
  'code of the engine',
  '// a comment of the engine',
  'more of it',
].join('\n');

function frame(functionName: string, url = '', lineNumber = 0) {
  return { functionName, url, lineNumber };
}

const BUNDLED = 'file:///x/dist/bundle/provision.cjs';

test('time in native code counts for the module that asked for it', () => {
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 5, 6, 7, 8] },
      { id: 2, callFrame: frame('send', BUNDLED, 2), children: [3] },
      { id: 3, callFrame: frame('write', 'node:net', 9), children: [4] },
      { id: 4, callFrame: frame('writeBuffer') },
      { id: 5, callFrame: frame('(garbage collector)') },
      { id: 6, callFrame: frame('(idle)') },
      { id: 7, callFrame: frame('run', BUNDLED, 6) },
      { id: 8, callFrame: frame('runInThisContext', 'node:vm', 1) },
    ],
    samples: [2, 3, 4, 5, 6, 7, 8],
    timeDeltas: [1000, 2000, 3000, 500, 90_000, 4000, 700],
  };
  expect(timeByModule(profile, BUNDLE)).toEqual([
    { module: 'node_modules/ssh2/lib/client.js', milliseconds: 6 },
    { module: 'dist/engine/run.js', milliseconds: 4 },
    { module: '(start)', milliseconds: 0.7 },
    { module: '(garbage collector)', milliseconds: 0.5 },
  ]);
});

test('every module of ours has an area', () => {
  const folders = [
    'artifacts',
    'cli',
    'documents',
    'engine',
    'expressions',
    'inventory',
    'looks',
    'net',
    'patterns',
  ];
  const more = ['playbook', 'reports', 'resources', 'shell', 'ssh', 'steps', 'validators'];
  for (const folder of [...folders, ...more])
    expect(areaOf(`dist/${folder}/any.js`), folder).not.toBe('other libraries');
  expect(areaOf('node_modules/ssh2/lib/protocol/crypto.js')).toBe('ssh2: encryption');
  expect(areaOf('node_modules/unheard-of/index.js')).toBe('other libraries');
});

test('phases are the times between events, of the host in the middle', () => {
  const at = (milliseconds: number): string => new Date(1_000_000 + milliseconds).toISOString();
  const lines = [
    { event: 'run-started', time: at(200) },
    ...[10, 20, 60].flatMap((slow, i) => {
      const host = `web${i}`;
      return [
        { event: 'host-started', time: at(200), host },
        { event: 'host-connected', time: at(200 + slow), host },
        { event: 'host-observed', time: at(200 + 2 * slow), host },
        { event: 'step-finished', time: at(250 + 2 * slow), host, step: { kind: 'file' }, durationMs: 30 },
        { event: 'host-finished', time: at(240 + 2 * slow), host },
      ];
    }),
    { event: 'run-finished', time: at(400) },
  ];
  const phases = phasesOf(lines.map((line) => JSON.stringify(line)).join('\n'), 1_000_000, 1_000_450);
  expect(Object.fromEntries(phases)).toEqual({
    'start: load, check, compile': 200,
    'connect and log in': 20,
    'observe and compare': 20,
    'apply: file': 30,
    'end of a host': 10,
    'end of the run: report, exit': 50,
    'whole process': 450,
  });
});
