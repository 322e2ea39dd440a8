import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { actingUser } from '../engine/host-program.ts';
import { loadInventory } from '../inventory/load.ts';
import { type BuildProgramsOptions, buildPrograms } from './build-programs.ts';
import { loadPlaybooks } from './load.ts';

const INVENTORY = `
web:
  hosts: { web1: { own: host }, web2: }
  vars: { port: 80, own: group, ansible_user: ops }
db:
  hosts: { db1: { ansible_become: true, ansible_become_user: admin } }
`;

type Options = Omit<BuildProgramsOptions, 'playbooks' | 'inventory'>;

function build(playbook: string, options: Options = {}) {
  const cwd = tempFiles({ 'site.yml': playbook, 'hosts.yml': INVENTORY });
  const { inventory } = loadInventory(['hosts.yml'], { cwd });
  const { playbooks, diagnostics } = loadPlaybooks(['site.yml'], { cwd });
  expect(diagnostics).toEqual([]);
  return buildPrograms({ playbooks, inventory: inventory!, ...options });
}

const PLAIN = 'hosts: all\nsteps: [ { file: { path: /etc/motd, content: "" } } ]\n';

describe('hosts', () => {
  test('get the plays that select them, in order; the inventory decides about the order of hosts', () => {
    const { programs, diagnostics } = build(`
- { name: first, hosts: db, steps: [] }
- { name: second, hosts: "all:!web2", steps: [] }
- { name: third, hosts: web, steps: [] }
`);
    expect(diagnostics).toEqual([]);
    expect(programs.map(({ host, sections }) => [host, ...sections.map(({ play }) => play.name)])).toEqual([
      ['web1', 'second', 'third'],
      ['web2', 'third'],
      ['db1', 'first', 'second'],
    ]);
  });

  test('see each other in hostvars, also where something else is known only on the host', () => {
    const { diagnostics } = build(`
hosts: db
steps: [ { file: { path: /etc/x, content: '{{ hostvars["web1"].own }} {{ facts.arch }}' } } ]
`);
    expect(diagnostics).toEqual([]);
  });

  test('are narrowed down by --limit', () => {
    expect(build(PLAIN, { limit: 'web2,db' }).programs.map(({ host }) => host)).toEqual(['web2', 'db1']);
    expect(build(PLAIN, { limit: 'wbe' }).diagnostics).toMatchObject([
      {
        severity: 'error',
        message: '--limit: there is no host or group `wbe` in the inventory',
        hint: 'did you mean `web`?',
      },
    ]);
    const onlyWeb = PLAIN.replace('all', 'web');
    expect(build(onlyWeb, { limit: 'db1' }).diagnostics).toMatchObject([
      {
        severity: 'error',
        message:
          'no host is left: nothing in the inventory matches the hosts of the plays (web) and --limit db1',
      },
    ]);
  });

  test('have the user that logs in, and the one to become', () => {
    const defaults = { user: (host: string) => (host === 'db1' ? 'jump' : 'nobody'), becomeUser: 'app' };
    const { programs, connections } = build(PLAIN, { defaults });
    expect(programs.map(({ loginUser, become }) => [loginUser, become])).toEqual([
      ['ops', { enabled: false, user: 'app', method: 'sudo' }],
      ['ops', { enabled: false, user: 'app', method: 'sudo' }],
      ['jump', { enabled: true, user: 'admin', method: 'sudo' }],
    ]);
    expect([...connections.keys()]).toEqual(['web1', 'web2', 'db1']);
    expect(build(PLAIN, { limit: 'db1' }).programs[0]?.loginUser).toBe(userInfo().username);
  });

  test('act by the word of step, play and inventory, the nearest first', () => {
    const { programs } = build(`
hosts: all
become: true
steps:
  - file: { path: /etc/a, content: "" }
  - file: { path: /etc/b, content: "" }
    become: false
  - file: { path: /etc/c, content: "" }
    become_user: app
`);
    const acting = programs.map((program) =>
      program.sections.flatMap(({ steps }) => steps.map((step) => actingUser(program, step))),
    );
    expect(acting[0]).toEqual(['root', 'ops', 'app']);
    expect(acting[2]).toEqual(['admin', userInfo().username, 'app']);
  });
});

describe('variables', () => {
  function values(playbook: string, options: Options = {}) {
    const { programs, diagnostics } = build(playbook, options);
    expect(diagnostics).toEqual([]);
    return programs.map(({ sections: [section] }) => {
      const [step] = section!.steps;
      const scope = section!.scope.extend({ variables: step?.vars === undefined ? [] : [step.vars] });
      return step!.args.evaluate(scope);
    });
  }

  test('of the strongest place win', () => {
    const playbook = (more: string) => `
hosts: web1
${more}
steps:
  - file: { path: "/etc/{{ own }}", content: "" }
`;
    expect(values(playbook(''))).toMatchObject([{ value: { path: '/etc/host' } }]);
    expect(values(playbook('vars: { own: play }'))).toMatchObject([{ value: { path: '/etc/play' } }]);
    const step = `${playbook('vars: { own: play }')}    vars: { own: step }\n`;
    expect(values(step)).toMatchObject([{ value: { path: '/etc/step' } }]);
    expect(values(step, { extraVars: { own: 'extra' } })).toMatchObject([{ value: { path: '/etc/extra' } }]);
    expect(values(step, { extraVars: { own: 'to-{{ port }}' } })).toMatchObject([
      { value: { path: '/etc/to-80' } },
    ]);
  });

  test('that are undefined are told with the hosts, unless the step is not for them', () => {
    const { diagnostics } = build(`
hosts: all
steps:
  - file: { path: "/etc/{{ port }}", content: "" }
  - file: { path: "/etc/{{ port }}", content: "" }
    when: "'web' in group_names"
`);
    expect(diagnostics).toMatchObject([
      { message: 'undefined variable `port` on db1', range: { start: { line: 4 } } },
    ]);
  });

  test('from results of an earlier play count, but only on hosts that were in it', () => {
    const { diagnostics } = build(`
- hosts: web
  steps:
    - file: { path: /etc/a, content: "" }
      register: result
- hosts: all
  steps:
    - file: { path: /etc/b, content: "" }
      when: result.changed
`);
    expect(diagnostics).toMatchObject([{ message: 'undefined variable `result` on db1' }]);
  });

  test('from a step that tags leave out are told as such', () => {
    const { diagnostics } = build(
      `
hosts: web
steps:
  - file: { path: /etc/a, content: "" }
    register: result
    tags: one
  - file: { path: /etc/b, content: "" }
    when: result.changed
    tags: two
`,
      { tags: ['two'] },
    );
    expect(diagnostics).toMatchObject([
      {
        message: 'undefined variable `result`',
        hint: 'the step at site.yml:4 registers it, but the chosen tags leave that step out',
      },
    ]);
  });

  test('of the command line need good names', () => {
    expect(
      build(PLAIN, { extraVars: { facts: 1, 'a-b': 2, broken: '{{ 1 + }}' } }).diagnostics,
    ).toMatchObject([
      { message: '-e: the name `facts` is taken: it is what is known of the host' },
      { message: '-e: `a-b` cannot be the name of a variable: only letters, digits and _ can be used' },
      { message: '-e broken: this is no valid expression: it ends too early' },
    ]);
  });
});

test('tags choose the steps of every host', () => {
  const playbook = `
hosts: web
steps:
  - file: { path: /etc/a, content: "" }
    tags: a
  - file: { path: /etc/b, content: "" }
  - file: { path: /etc/c, content: "" }
    tags: [always]
`;
  const ids = (options: Options) =>
    build(playbook, options).programs[0]?.sections[0]?.steps.map(({ id }) => id.slice(-1));
  expect(ids({})).toEqual(['1', '2', '3']);
  expect(ids({ tags: ['a'] })).toEqual(['1', '3']);
  expect(ids({ skipTags: ['a'] })).toEqual(['2', '3']);
  expect(build(playbook, { tags: ['b'] }).diagnostics).toMatchObject([{ code: 'unknown-tag' }]);
});
