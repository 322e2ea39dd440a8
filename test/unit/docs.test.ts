import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit-code.ts';
import { COMMANDS, OPTION_NAMES } from '../../src/cli/options.ts';
import { toldOptions } from '../../src/cli/told-options.ts';
import type { Diagnostic } from '../../src/documents/diagnostic.ts';
import { formatDiagnostics } from '../../src/documents/format.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import type { Json } from '../../src/engine/json.ts';
import { FUNCTIONS } from '../../src/expressions/functions.ts';
import { CONNECTION_VARIABLES } from '../../src/inventory/connection-variables.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { VARIABLE_LAYERS } from '../../src/inventory/precedence.ts';
import { COMMON_KEYS, PLAY_KEYS } from '../../src/playbook/common-keys.ts';
import { lintPlaybooks } from '../../src/playbook/lint.ts';
import { VARIABLE_PRECEDENCE } from '../../src/playbook/variables.ts';
import { jsonLinesReport } from '../../src/reports/json-lines.ts';
import { parseRequest } from '../lab/cli-request.ts';
import { blocksMarked, blocksOf, commandsOf, filesOf, pages, pageText, writePage } from '../support/docs.ts';
import { eventsOf, fleetReport, host, step, stepRef } from '../support/fleet-report.ts';
import { tempFiles } from '../support/temp-files.ts';

/** What the pages say is compared with the code; `test/scenario/docs.test.ts` tries it on real hosts. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An artifact of no use to anybody, for playbooks that need one to be there. */
const ARTIFACT = 'not a Go toolchain\n';
const EXTRA: Readonly<Record<string, Json>> = {
  go: { version: '1.26.1', sha256: { amd64: createHash('sha256').update(ARTIFACT).digest('hex') } },
};

function folderOf(page: string): string {
  const folder = tempFiles({ 'artifacts/go1.26.1.linux-amd64.tar.gz': ARTIFACT });
  writePage(page, folder);
  return folder;
}

async function lint(page: string, folder: string, playbook: string): Promise<readonly Diagnostic[]> {
  const sources =
    blocksMarked(page, 'yaml', 'inventory').length > 0 ? inventoriesOf(page) : [GUIDE_INVENTORY];
  if (!existsSync(join(folder, sources[0]!))) writePage(GUIDE, folder);
  const { inventory, diagnostics } = loadInventory(sources, { cwd: folder, playbookDir: dirname(playbook) });
  expect(diagnostics).toEqual([]);
  const goes = readFileSync(join(folder, playbook), 'utf8').includes('{{ go.version }}');
  return lintPlaybooks({
    playbooks: [playbook],
    cwd: folder,
    inventory: inventory!,
    ...(goes ? { extraVars: EXTRA } : {}),
  });
}

const GUIDE = 'docs/guide.md';
const GUIDE_INVENTORY = 'inventory/prod.yml';

function inventoriesOf(page: string): readonly string[] {
  return filesOf(page).flatMap(({ name, info }) => (info === 'inventory' ? [name] : []));
}

describe.each(pages())('%s', (page) => {
  const blocks = blocksOf(page);

  test('every block says what it is', () => {
    for (const { line, language, info } of blocks) {
      const known =
        language === 'yaml'
          ? /^(inventory|vars|playbook( recipe| stuck)?|steps|ci|manifest|fragment: .{10,})$/.test(info)
          : language === 'text'
            ? /^(mistake \S+ s\/.+\/.*\/|dry-run \S+|cannot-succeed)$/.test(info)
            : ['liquid', 'sh', 'json', 'ini', 'hcl'].includes(language);
      expect(known, `${page}:${line}: \`\`\`${language} ${info}`).toBe(true);
    }
  });

  test('every link leads somewhere', () => {
    for (const [, target = ''] of pageText(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file, anchor] = target.split('#');
      const path = file === '' || file === undefined ? page : join(dirname(page), file);
      expect(existsSync(join(ROOT, path)), `${page}: ${target}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(path), `${page}: ${target}`).toContain(anchor);
    }
  });

  test('every command is one', () => {
    for (const { line, words } of commandsOf(page)) {
      const place = `${page}:${line}: provision ${words.join(' ')}`;
      const [first = ''] = words;
      if (/^[a-z]+$/.test(first)) expect(COMMANDS, place).toContain(first);
      for (const word of words.filter((one) => /^-./.test(one))) {
        const name = word.replace(/^-+/, '').replace(/=.*/, '');
        expect(word.startsWith('--') ? OPTION_NAMES : SHORT, place).toContain(name);
      }
    }
  });

  test('every script of the package is one', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    for (const [, words = ''] of pageText(page).matchAll(
      /^ {4}npm ((?:run )?[a-z].*?)(?: {2,}#.*| &&.*)?$/gm,
    )) {
      const [first = '', second = '', ...rest] = words.split(' ');
      const script = first === 'run' ? second : first;
      if (first === 'run' || first === 'test') expect(Object.keys(scripts), words).toContain(script);
      else expect(['ci', 'install', 'prune'], words).toContain(first);
      if (script === 'lab') expect(() => parseRequest(rest.filter((word) => word !== '--'))).not.toThrow();
    }
  });

  test.each(blocks.filter(({ language }) => language === 'sh'))(
    'line $line: the shell reads it',
    ({ text }) => {
      const { stderr, status } = spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    },
  );

  test.each(filesOf(page).filter(({ info }) => info === 'inventory'))('$name is right', ({ name }) => {
    const { inventory, diagnostics } = loadInventory([name], { cwd: folderOf(page) });
    expect(diagnostics).toEqual([]);
    expect(inventory?.hosts.size).toBeGreaterThan(0);
  });

  test.each(filesOf(page).filter(({ info }) => info === 'vars'))('$name holds variables', ({ text }) => {
    expect(load(text)).toBeTypeOf('object');
  });

  test.each(filesOf(page).filter(({ info }) => info.startsWith('playbook')))(
    '$name has nothing wrong',
    async ({ name }) => {
      expect(formatDiagnostics(await lint(page, folderOf(page), name))).toBe('');
    },
  );

  test.each(blocksMarked(page, 'yaml', 'steps'))(
    'the steps at line $line have nothing wrong',
    async ({ text }) => {
      const folder = folderOf(page);
      const indented = text.replace(/^(?=.)/gm, '  ');
      writeFileSync(join(folder, 'wrapped.yml'), `hosts: web\nsteps:\n${indented}`);
      const found = await lint(page, folder, 'wrapped.yml');
      // A result may be meant for steps that the example does not show.
      expect(formatDiagnostics(found.filter(({ code }) => code !== 'unused-result'))).toBe('');
    },
  );

  test.each(blocksMarked(page, 'text', 'mistake'))(
    'what is said at line $line is true',
    async ({ info, text }) => {
      const [, name = '', from = '', to = ''] = /^mistake (\S+) s\/(.+)\/(.*)\/$/.exec(info) ?? [];
      const folder = folderOf(page);
      const right = readFileSync(join(folder, name), 'utf8');
      expect(right).toContain(from);
      writeFileSync(join(folder, name), right.replace(from, to));
      expect(`${formatDiagnostics(await lint(page, folder, name))}\n`).toBe(text);
    },
  );
});

const SHORT = ['i', 'l', 'e', 't', 'u', 'b', 'D', 'v', 'vv', 'vvv', 'h'];

/** GitHub's names of the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  if (!page.endsWith('.md')) return [];
  return [...pageText(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}

describe('the guide is complete', () => {
  const guide = pageText(GUIDE);
  const firstCells = [...guide.matchAll(/^\| `([^|]+?)` \|/gm)].map(([, cell]) => cell);

  test('its functions are those of the code, in words and examples', () => {
    const rows = FUNCTIONS.map(({ name, description, examples: [first] }) => {
      const [source, result] = first!;
      return `| \`${name}\` | ${description} | \`${source}\` → \`${JSON.stringify(result)}\` |`;
    });
    expect(guide).toContain(`|---|---|---|\n${rows.join('\n')}\n\n`);
  });

  test('where variables come from', () => {
    const rows = VARIABLE_PRECEDENCE.map(({ title }, index) => `${index + 1}. ${title}`);
    expect(guide).toContain(`\n\n${rows.join('\n')}\n\n`);
    const at = firstCells.indexOf(VARIABLE_LAYERS[0]);
    expect(firstCells.slice(at, at + VARIABLE_LAYERS.length)).toEqual(VARIABLE_LAYERS);
  });

  test('every key of plays and steps', () => {
    const at = firstCells.indexOf('hosts') - 1;
    expect(firstCells.slice(at, at + Object.keys(PLAY_KEYS).length)).toEqual(Object.keys(PLAY_KEYS));
    const steps = at + Object.keys(PLAY_KEYS).length;
    expect(firstCells.slice(steps, steps + Object.keys(COMMON_KEYS).length)).toEqual(
      Object.keys(COMMON_KEYS),
    );
  });

  test('every way to say how a host is reached', () => {
    for (const [name] of Object.values(CONNECTION_VARIABLES)) expect(guide).toContain(`\`${name}`);
  });
});

describe('docs/json-events.md', () => {
  const page = pageText('docs/json-events.md');

  test('names every event, and every key that an event has', () => {
    const lines: string[] = [];
    const write = (line: string): number => lines.push(line);
    const listener = jsonLinesReport({ diff: true, now: () => '2026-01-02T03:04:05.678Z', write });
    for (const event of [...eventsOf(fleetReport('apply', 40)), ...RARE_EVENTS]) listener(event);
    const keys = new Set(lines.flatMap((line) => keysOf(JSON.parse(line))));
    expect(keys.size).toBeGreaterThan(30);
    for (const key of keys) expect(page, key).toMatch(new RegExp(`\`${key}(\`|:)`));
    for (const line of lines) expect(page).toContain(`\`${(JSON.parse(line) as { event: string }).event}\``);
  });
});

describe('docs/operations.md', () => {
  const page = pageText('docs/operations.md');

  test('has every exit code', () => {
    const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(EXIT));
  });

  test('quotes what the program says', () => {
    const source = sourceText(join(ROOT, 'src'));
    const rows = [...page.matchAll(/^\| ("[^|]*") \| ([^|]*) \|/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, said = '', cause = ''] of rows) {
      for (const [, phrase = ''] of `${said} ${cause}`.matchAll(/"([^"]+)"/g))
        expect(source).toContain(phrase);
    }
  });
});

function sourceText(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

const STEP = { ...stepRef(7, 'command', 'Migrate', 'shop'), item: 'shop' };
const CHANGES = [{ resource: 'command', target: './migrate', action: 'run' }] as const;
const FAILURE = { message: 'm', hint: 'h', stderr: 's', unknown: true, rolledBack: true, lockout: true };

/** With every key that an event may have. */
const RARE_EVENTS: readonly EngineEvent[] = [
  {
    type: 'run-started',
    mode: 'drift',
    hosts: ['a'],
    steps: 1,
    origin: {
      options: toldOptions({
        mode: 'drift',
        hosts: {
          inventory: ['prod.yml'],
          limit: 'web',
          extraVars: [],
          secrets: { identities: [], vaultPasswordFiles: [], askVaultPass: false },
        },
        steps: { playbooks: ['go.yml'], tags: [], skipTags: [] },
        connection: {
          privateKeys: [],
          askPass: false,
          become: false,
          askBecomePass: false,
          hostKeyPolicy: 'strict',
          connectTimeout: 1,
        },
        output: { json: true, diff: false, progress: false, color: false, verbosity: 0 },
        concurrency: 1,
        deep: false,
        detailedExitCode: true,
        noGuard: true,
        limits: {},
      }),
      shard: { index: 1, count: 2, hosts: 2, places: [0] },
    },
  },
  { type: 'host-waiting', host: 'a', holder: 'b' },
  { type: 'concurrency', limit: 25, reason: 'r' },
  { type: 'step-retried', host: 'a', step: STEP, attempt: 1, problem: FAILURE },
  { type: 'transfer', host: 'a', step: STEP, sent: 1, total: 2 },
  { type: 'guard', host: 'a', step: STEP, state: 'rolled-back', what: 'w', reason: 'r' },
  {
    type: 'step-finished',
    host: 'a',
    report: {
      ...step(STEP, { status: 'failed', changes: CHANGES, failure: FAILURE }),
      ...{ reason: 'r', ignored: true, always: true, notes: ['n'], output: { rc: 1 } },
    },
  },
  {
    type: 'host-finished',
    host: 'a',
    report: host('a', [], {
      surprises: [{ step: STEP, predicted: [], made: CHANGES }],
      connection: { kind: 'lost', message: 'm', hint: 'h' },
      bug: { message: 'b', stack: 's' },
    }),
  },
];

/** Keys at every depth, apart from those that name things of a host. */
function keysOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    ['before', 'after', 'output'].includes(key) ? [key] : [key, ...keysOf(member)],
  );
}
