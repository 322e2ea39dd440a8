import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Options } from 'yargs';
import { runInProcess as cli } from '../../test/support/run-in-process.ts';
import { tempFiles } from '../../test/support/temp-files.ts';
import type { TextOption } from './option-forms.ts';
import { ALL_OPTIONS, COMMANDS } from './options.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('usage errors say what is meant, without a stack', () => {
  test.each([
    [['--dry-rnu', '-i', 'x', 'y.yml'], 'unknown option --dry-rnu', 'did you mean --dry-run?'],
    [['drift', '--depe', '-i', 'x', 'y.yml'], 'unknown option --depe', 'did you mean --deep?'],
    [['-i', 'x', 'y.yml', '--zzzzzz'], 'unknown option --zzzzzz', 'provision --help lists the options'],
    [['drfit', '-i', 'x', 'y.yml'], 'unknown command "drfit"', 'did you mean "drift"?'],
    [['-i', 'x'], 'no playbook is given', 'provision -i inventory/prod.yml playbooks/go.yml'],
    [['y.yml'], 'no inventory is given', '-i inventory/prod.yml'],
    [['drift', 'y.yml'], 'no inventory is given', '-i inventory/prod.yml'],
    [['facts'], 'no inventory is given', '-i inventory/prod.yml'],
    [['y.yml', '-i'], '-i needs a value', ''],
    [['-i', 'x', 'y.yml', '--limit', 'a', '--limit', 'b'], '--limit is given 2 times', ''],
    [['-i', 'x', 'y.yml', '--concurrency', '0'], '--concurrency must be a number from 1', ''],
    [['-i', 'x', 'y.yml', '--concurrency', '1.5'], '--concurrency must be a whole number', ''],
    [['-i', 'x', 'y.yml', '--connect-timeout', 'soon'], 'not "soon"', ''],
    [['-i', 'x', 'y.yml', '--host-key-checking', 'no'], '--host-key-checking cannot be "no"', '"accept-new"'],
    [['-i', 'x', 'y.yml', '--dry-run=yes'], '--dry-run takes no value, but here is "yes"', 'leave it out'],
    [['-i', 'x', 'y.yml', '--check', 'false'], '--check takes no value, but here is "false"', ''],
    [['-i', 'x', 'y.yml', '-D=no'], '-D takes no value', ''],
    [['-i', 'x', 'y.yml', '-v5'], '-v takes no value, but here is "5"', ''],
    [['-i', 'x', 'y.yml', '---dry-run'], 'unknown option', ''],
    [['-i', 'x', 'y.yml', '--dryRun=yes'], 'unknown option --dryRun', ''],
    [['-i', 'x', 'y.yml', '---limit=web1'], 'unknown option', ''],
    [['-i', 'x', 'y.yml', '--no-diff'], 'unknown option --no-diff', 'leave --diff out'],
    [['-i', 'x', 'y.yml', '-dry-run'], 'unknown option -dry-run', 'did you mean --dry-run?'],
    [['-i', 'x', 'y.yml', '-f', '10'], 'unknown option -f', '--concurrency'],
    [['-i', 'x', 'y.yml', '--ask-sudo-pass'], 'unknown option --ask-sudo-pass', '--ask-become-pass'],
    [['-i', 'x', 'y.yml', '-K', '--become-password-file', 'p'], 'both --ask-become-pass and', 'one of them'],
    [['-i', 'x', 'y.yml', '--become-method', 'pbrun'], '"pbrun"', 'su'],
    [['drift', '-i', 'x', 'y.yml', '--dry-run'], 'drift has no option --dry-run', 'provision drift --help'],
    [['inventory', '-i', 'x', 'y.yml'], 'provision inventory does not take "y.yml"', ''],
    [['-i', 'x', 'y.yml', '--limit', ''], 'the value of --limit is empty', 'variable of the shell'],
    [['-i', 'x', 'y.yml', '--tags='], 'the value of --tags is empty', ''],
    [['-i', '', 'y.yml'], 'the value of --inventory is empty', ''],
    [['-i', 'x', ''], 'the name of a playbook is empty', ''],
    [['-i', 'x', '--', 'y.yml'], '"--" cannot be used here', 'leave it out'],
    [['help', 'drift'], 'there is no command "help"', 'provision drift --help explains'],
    [['version'], 'there is no command and no playbook file "version"', 'lists the commands'],
    [[], 'no playbook is given', 'provision --help says more'],
    [['lint'], 'no playbook is given', 'provision lint -i'],
    [['lint', 'y.yml', '--limit', 'web'], 'no inventory is given', ''],
    [['inventory', '-i', 'x', '--graph', '--list'], '--list, --graph and --host exclude each other', ''],
    [['inventory', '-i', 'x', '--host', 'a', '--limit', 'b'], '--host and --limit exclude each other', ''],
    [['--get-yargs-completions', '-i', 'x', 'y.yml'], 'unknown option --get-yargs-completions', ''],
    [['completion', 'fish'], 'there is no completion script for "fish"', 'bash and zsh'],
    [['-i', 'x', 'y.yml', '--shard', '3'], '--shard must be i/n, not "3"', '--shard 2/8'],
    [['drift', '-i', 'x', 'y.yml', '--shard=/8'], 'lacks which part this is', 'not set'],
    [['facts', '-i', 'x', '--shard', '0/8'], 'parts are counted from 1', 'JOB_COMPLETION_INDEX + 1'],
    [['-i', 'x', 'y.yml', '--shard', '1/8', '--shard', '2/8'], '--shard is given 2 times', ''],
    [['lint', '-i', 'x', 'y.yml', '--shard', '1/2'], 'lint has no option --shard', 'lint --help'],
    [['inventory', '-i', 'x', '--host', 'a', '--shard', '1/2'], '--host and --shard exclude each other', ''],
    [['report'], 'report needs to be told what to do', 'provision report merge part-1.jsonl'],
    [['report', 'mrege', 'a'], 'provision report cannot "mrege"', 'did you mean "merge"?'],
    [['report', 'show'], 'provision report cannot "show"', 'it can merge'],
    [['reprot', 'merge'], 'unknown command "reprot"', 'did you mean "report"?'],
    [['report', 'merge'], 'no stream of events is given', 'part-*.jsonl'],
    [['report', 'merge', ''], 'the name of a file is empty', 'variable of the shell'],
    [['report', 'merge', 'a', 'a'], 'a is given twice', ''],
    [['report', 'merge', 'a', '--diif'], 'unknown option --diif', 'did you mean --diff?'],
    [['facts', '-i', 'x', 'arhc'], 'there is no fact "arhc"', 'did you mean "arch"?'],
  ])('%j', async (args, message, hint) => {
    const { code, err } = await cli(...args);
    expect(code).toBe(1);
    expect(err).toContain(`error: `);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  test('names all commands and exit codes', async () => {
    const { code, out } = await cli('--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(out).toContain(`provision ${command}`);
    expect(out).toContain('130 interrupted');
  });

  test('says what options are to be given', async () => {
    const pages = await Promise.all(COMMANDS.map((command) => cli(command, '--help')));
    const out = pages.map((page) => page.out).join('\n');
    expect(out).toMatch(/^ {2}-i, --inventory INVENTORY {2,}Inventory file/m);
    for (const [name, option] of Object.entries<Options>(ALL_OPTIONS)) {
      const value = option.type === 'string' ? ` ${(option as TextOption).value}` : '';
      expect(out).toMatch(new RegExp(`--${name}${value}(?:,| {2}|\\n)`));
    }
  });

  test('what only looks like a question for help is none', async () => {
    expect((await cli('lint', '--tags=-h')).err).toContain('no playbook is given');
    expect((await cli('lint', '--tags', '-h')).out).toContain('--tags TAGS');
  });

  test.each(COMMANDS)('%s has examples', async (command) => {
    const { code, out } = await cli(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toMatch(new RegExp(`\\n  # .*\\n  provision ${command === 'apply' ? '-i' : command} `));
  });
});

describe('what lint says besides', () => {
  const files = (): string =>
    tempFiles({
      'site.yml':
        'hosts: web\nvars: { team: a }\nsteps:\n  - file: { path: /etc/motd, content: "{{ team }}" }\n',
      'hosts.yml': 'web: { hosts: { web1: } }\n',
      'lab.yml': 'other: 1\nteem: b\n',
    });
  const unchecked = 'Not checked without an inventory (-i): host patterns, variables, artifacts.\n';

  test('without an inventory, what it could not check', async () => {
    const found = await cli('lint', join(files(), 'site.yml'));
    expect(found).toEqual({ code: 0, out: `1 playbook: no problems found\n${unchecked}`, err: '' });
  });

  test('the same beside JSON', async () => {
    expect(await cli('lint', join(files(), 'site.yml'), '--json')).toEqual({
      code: 0,
      out: '',
      err: unchecked,
    });
  });

  test('variables that nothing uses', async () => {
    const folder = files();
    const given = ['-e', 'tem=x', '-e', `@${join(folder, 'lab.yml')}`];
    const { code, err, out } = await cli(
      'lint',
      '-i',
      join(folder, 'hosts.yml'),
      join(folder, 'site.yml'),
      ...given,
    );
    expect(code).toBe(0);
    expect(err).toContain('warning: -e: nothing uses the variable `tem`\nhint: did you mean `team`?');
    expect(err).toContain('lab.yml:2:1: warning: nothing uses the variable `teem`');
    expect(err).not.toContain('other');
    expect(out).toContain('0 errors, 2 warnings');
  });
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect((await cli('--version')).out.trim()).toBe(version);
});

test('help, version and completion load neither SSH nor schemas nor YAML', () => {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)(?! type)[^;]*? from '([^']+)'/gm,
    )) {
      if (from.startsWith('.')) visit(join(dirname(file), from));
      else packages.add(from);
    }
  };
  visit(fileURLToPath(new URL('./cli.ts', import.meta.url)));
  expect([...packages].filter((name) => !name.startsWith('node:')).sort()).toEqual(['picocolors', 'yargs']);
});
