import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { encryptAge } from '../../src/secrets/age.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { Emulator } from '../support/emulator.ts';
import { tempFiles } from '../support/temp-files.ts';
import { inTerminal } from '../support/terminal.ts';

// Many processes, one after the other.
vi.setConfig({ testTimeout: 120_000 });

/** Questions at a real terminal. The inventory has a host that nobody can reach: no run gets that far. */
const [CTRL_C, CTRL_D] = ['\x03', '\x04'];
const ENV = { CI: '', TERM: 'xterm', LC_ALL: 'C.UTF-8' };

async function files(): Promise<{ readonly args: readonly string[]; readonly locked: string }> {
  const lock = { passphrase: new Secret('open sesame') };
  const play = { hosts: 'all', vars_files: ['locked.yml.age'], steps: [{ command: { argv: ['true'] } }] };
  const plain = { hosts: 'all', steps: [{ command: { argv: ['true'] } }] };
  const folder = tempFiles({
    'locked.yml.age': await encryptAge(Buffer.from('a: 1\n'), lock),
    'locked.yml': JSON.stringify(play),
    'plain.yml': JSON.stringify(plain),
    'hosts.yml': JSON.stringify({ all: { hosts: { web1: { ansible_host: '192.0.2.1' } } } }),
  });
  return {
    args: ['-i', join(folder, 'hosts.yml'), join(folder, 'plain.yml')],
    locked: join(folder, 'locked.yml'),
  };
}

test('a question stays on the screen, and what is drawn while nobody is asked goes away', async () => {
  const { args, locked } = await files();
  const question = `Passphrase of ${locked}.age: `;
  const { shown } = await inTerminal(
    [...args.slice(0, 2), locked, '--limit', 'nobody'],
    [[question, 'open sesame']],
    ENV,
  );
  const asked = shown.slice(shown.indexOf(question) + question.length);
  expect(shown.slice(0, shown.indexOf(question))).toContain('checking playbooks');
  expect(asked, 'nothing is drawn before the answer').toMatch(/^\r\n/);
  const screen = new Emulator();
  screen.columns = 200;
  screen.write(shown);
  expect(screen.text).toContain(question);
  expect(screen.text).not.toContain('checking playbooks');
  expect(screen.cursorShown).toBe(true);
});

describe('who breaks off is believed, and who types nothing is told so', () => {
  test.each([
    [['-k'], 'SSH password: ', '--ask-pass: no password was typed'],
    [['-K'], 'Become password: ', '--ask-become-pass: no password was typed'],
    [['--ask-vault-pass'], 'Vault password: ', '--ask-vault-pass: no password was typed'],
  ])('%s', async (options, question, mistake) => {
    const { args } = await files();
    const broken = await inTerminal([...args, ...options], [[question, CTRL_C]], ENV);
    expect(broken.code, broken.shown).toBe(130);
    expect(broken.shown).toContain('Interrupted: no host was touched.');
    expect(broken.shown).not.toContain('error');
    for (const nothing of ['', CTRL_D]) {
      const empty = await inTerminal([...args, ...options], [[question, nothing]], ENV);
      expect([empty.code, empty.shown]).toEqual([1, expect.stringContaining(mistake)]);
    }
  });

  test('the passphrase of a file', async () => {
    const { locked } = await files();
    const question = `Passphrase of ${locked}.age: `;
    const broken = await inTerminal(['secrets', 'view', `${locked}.age`], [[question, CTRL_C]], ENV);
    expect(broken.code, broken.shown).toBe(130);
    expect(broken.shown).toContain('Interrupted: nothing was written.');
    const empty = await inTerminal(['secrets', 'view', `${locked}.age`], [[question, '']], ENV);
    expect([empty.code, empty.shown]).toEqual([1, expect.stringContaining('locked with a passphrase')]);
  });
});
