import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tempFiles } from '../support/temp-files.ts';

const SCRIPT = fileURLToPath(new URL('../support/nameless-user.ts', import.meta.url));

/** In a container a process may have a number that no name belongs to, and no HOME. Only root can become such a user. */
describe.runIf(process.getuid?.() === 0)('a user without a name', () => {
  function build(...user: readonly string[]): unknown {
    const folder = tempFiles({
      'hosts.yml': 'all: { hosts: { web01:, web02: } }\n',
      'site.yml': 'hosts: all\nsteps:\n  - file: { path: /etc/motd, content: hello }\n',
    });
    const files = [join(folder, 'hosts.yml'), join(folder, 'site.yml')];
    const words = ['--import', import.meta.resolve('tsx'), SCRIPT, ...files, ...user];
    return JSON.parse(execFileSync(process.execPath, words, { env: { PATH: process.env.PATH } }).toString());
  }

  test('is told to say who logs in, once', () => {
    expect(build()).toEqual({ user: '', found: ['no-login-user'], home: '/' });
  });

  test('may name another', () => {
    expect(build('ops')).toEqual({ user: 'ops', found: [], home: '/' });
  });
});
