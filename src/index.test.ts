import { expect, test } from 'vitest';
import { tempFiles } from '../test/support/temp-files.ts';
import {
  buildPrograms,
  ConnectionError,
  checkArtifacts,
  type EngineEvent,
  formatDiagnostics,
  hasErrors,
  loadInventory,
  loadPlaybooks,
  run,
} from './index.ts';

test('a program can do with the library what the command line does', async () => {
  const cwd = tempFiles({
    'hosts.yml': 'web: { hosts: { web1: } }\n',
    'site.yml': 'hosts: web\nsteps:\n  - file: { path: "/etc/{{ name }}", src: motd.txt }\n',
    'motd.txt': 'hello\n',
  });
  const { inventory, diagnostics } = loadInventory(['hosts.yml'], { cwd });
  const { playbooks, diagnostics: ofPlaybooks } = loadPlaybooks(['site.yml'], { cwd });
  expect(formatDiagnostics([...diagnostics, ...ofPlaybooks])).toBe('');
  const wrong = buildPrograms({ playbooks, inventory: inventory! });
  expect(hasErrors(wrong.diagnostics)).toBe(true);

  const { programs, diagnostics: none } = buildPrograms({
    playbooks,
    inventory: inventory!,
    extraVars: { name: 'motd' },
  });
  expect([...none, ...(await checkArtifacts(programs))]).toEqual([]);
  const events: EngineEvent['type'][] = [];
  const result = await run({
    mode: 'dry-run',
    programs,
    concurrency: 1,
    deep: false,
    connect: () => Promise.reject(new ConnectionError({ kind: 'unreachable', message: 'no route' })),
    memory: { load: async () => ({ proofs: new Map(), facts: new Map() }), save: async () => {} },
    emit: ({ type }) => events.push(type),
    signal: new AbortController().signal,
  });
  expect(result).toMatchObject({
    kind: 'done',
    report: { hosts: [{ host: 'web1', status: 'unreachable', connection: { message: 'no route' } }] },
  });
  expect(events).toEqual(['run-started', 'host-started', 'host-finished', 'run-finished']);
});
