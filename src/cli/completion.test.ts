import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { SCRIPTS } from './completion-script.ts';
import { complete } from './completion-words.ts';

function words(...line: string[]): readonly string[] {
  return complete(line).words.map(({ word }) => word);
}

describe('what may follow', () => {
  test('options, of the default command too, with two dashes only long ones', () => {
    expect(words('--di')).toEqual(['--diff']);
    expect(words('--d')).toEqual(['--deep', '--diff', '--dry-run', '--detailed-exitcode']);
    expect(words('-i', 'inventory/prod.yml', 'go.yml', '--dr')).toEqual(['--dry-run']);
    expect(words('drift', '--dr')).toEqual([]);
    expect(words('lint', '--').filter((word) => !/^--[a-z-]{2,}$/.test(word))).toEqual([]);
    expect(words('lint', '-')).toEqual(expect.arrayContaining(['-i', '--inventory', '-t', '--tags']));
  });

  test.each([
    [['-i', '']],
    [['-i', 'inv']],
    [['--inventory=inv']],
    [['--inventory', '=', 'inv']],
    [['--inventory', '=']],
    [['drift', '-Di', 'inv']],
    [['-e', '@la']],
    [['-e', '@', 'la']],
    [['--private-key', '~/']],
    [['facts', '--known-hosts', '']],
    [['lint', 'play']],
    [['report', 'merge', 'part']],
    [['report', '--json', 'merge', 'part-1.jsonl', '']],
    [['-i', 'x', 'go.yml', '']],
  ])('%j: files alone', (line) => {
    expect(complete(line)).toEqual({ words: [], files: true });
  });

  test('commands or playbooks at the beginning, also after options', () => {
    expect(complete(['dr'])).toEqual({ words: [{ word: 'drift', describe: '' }], files: true });
    expect(words('-i', 'inventory', '')).toContain('facts');
    expect(words('--inventory', '=', 'inventory', '--json', 'fa')).toEqual(['facts']);
  });

  test.each([[['--limit', '']], [['-u', '']], [['inventory', '-i', 'x', '']]])('%j: nothing', (line) => {
    expect(complete(line)).toEqual({ words: [], files: false });
  });

  test('choices and names of facts', () => {
    expect(words('--host-key-checking', '')).toEqual(['strict', 'accept-new']);
    expect(complete(['facts', '-i', 'x', 'a'])).toMatchObject({ facts: true, files: false });
    expect(words('completion', 'z')).toEqual(['zsh']);
    expect(complete(['report', ''])).toEqual({ words: [{ word: 'merge', describe: '' }], files: false });
    expect(words('report', 'merge', '--d')).toEqual(['--diff']);
    expect(words('facts', '--sh')).toEqual(['--shard']);
  });
});

describe('the script in bash', () => {
  const cli = fileURLToPath(new URL('main.ts', import.meta.url));
  /** compopt only works while bash completes; here it tells what it was asked for. */
  function inBash(folder: string, ...line: string[]): readonly string[] {
    const program = `compopt() { echo "compopt $1 $2"; }; source ./script
COMP_WORDS=(provision "$@"); COMP_CWORD=$#; _provision_completion; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const said = execFileSync('bash', ['-c', program, 'bash', ...line], { cwd: folder, env }).toString();
    return said.split('\n').filter((text) => text !== '');
  }

  test('words, files, and both', { timeout: 60_000 }, () => {
    const folder = tempFiles({ 'inv entory.yml': '', 'drills.yml': '', script: SCRIPTS.bash });
    writeFileSync(
      join(folder, 'provision'),
      `#!/bin/sh\nexec ${process.execPath} --import ${import.meta.resolve('tsx')} ${cli} "$@"\n`,
    );
    chmodSync(join(folder, 'provision'), 0o755);

    expect(inBash(folder, '--di')).toEqual(['compopt +o default', '--diff']);
    expect(inBash(folder, '-i', 'inv')).toEqual([]);
    expect(inBash(folder, 'dri')).toEqual(['compopt -o filenames', 'drift', 'drills.yml']);
    expect(inBash(folder, '-e', '@', 'dri')).toEqual(['@drills.yml']);
    expect(inBash(folder, '-e', '@dri')).toEqual(['@drills.yml']);
    expect(inBash(folder, 'facts', 'ar')).toEqual(['compopt +o default', 'arch']);
  });
});
