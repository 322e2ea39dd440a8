import { describe, expect, test } from 'vitest';
import { tempFiles } from '../../test/support/temp-files.ts';
import { createScope } from '../expressions/scope.ts';
import { loadPlaybooks } from './load.ts';

function load(files: Readonly<Record<string, string>>, ...names: readonly string[]) {
  const given = names.length === 0 ? ['site.yml'] : names;
  return loadPlaybooks(given, { cwd: tempFiles(files) });
}

function steps(files: Readonly<Record<string, string>>) {
  const { playbooks, diagnostics } = load(files);
  expect(diagnostics).toEqual([]);
  return playbooks.flatMap(({ plays }) => plays.flatMap((play) => play.steps));
}

const MOTD = 'file: { path: /etc/motd, content: "" }';

describe('steps', () => {
  test('have ids that tell playbook, number, and the way through includes', () => {
    const found = steps({
      'site.yml': `
- hosts: a
  steps:
    - ${MOTD}
    - include: common/all.yml
- hosts: b
  steps:
    - ${MOTD}
`,
      'common/all.yml': `
- ${MOTD}
- include: more.yml
- ${MOTD}
`,
      'common/more.yml': `- ${MOTD}`,
    });
    expect(found.map(({ id }) => id)).toEqual([
      'site.yml#1',
      'site.yml#2.1',
      'site.yml#2.2.1',
      'site.yml#2.3',
      'site.yml#3',
    ]);
    expect(found.map(({ origin }) => `${origin.file}:${origin.range.start.line}`)).toEqual([
      'site.yml:4',
      'common/all.yml:2',
      'common/more.yml:1',
      'common/all.yml:4',
      'site.yml:8',
    ]);
  });

  test('get from play and include what they do not say themselves', () => {
    const [outer, inner, own] = steps({
      'site.yml': `
hosts: all
become: true
become_user: app
tags: site
steps:
  - ${MOTD}
  - include: more.yml
    when: a
    tags: [inc]
    become_user: db
    vars: { v: include, w: include }
`,
      'more.yml': `
- ${MOTD}
- ${MOTD}
  when: [b, c]
  tags: own, other
  become: false
  vars: { v: step }
`,
    });
    expect(outer).toMatchObject({ become: true, becomeUser: 'app', tags: ['site'], when: [] });
    expect(inner).toMatchObject({ become: true, becomeUser: 'db', tags: ['site', 'inc'] });
    expect(own).toMatchObject({ become: false, becomeUser: 'db', tags: ['site', 'inc', 'own', 'other'] });
    expect(own?.when.map(({ source }) => source)).toEqual(['a', 'b', 'c']);
    expect(own?.vars?.get('v')?.raw).toBe('step');
    expect(own?.vars?.get('w')?.raw).toBe('include');
  });

  test('have their defaults, and times in seconds', () => {
    const [plain, full] = steps({
      'site.yml': `
hosts: all
steps:
  - ${MOTD}
  - ${MOTD}
    retries: 3
    delay: 1.5m
    timeout: 2h
    register: result
    ignore_errors: true
    when: false
`,
    });
    expect(plain).toMatchObject({ retries: 0, delay: 5, timeout: 600, ignoreErrors: false, tags: [] });
    expect(plain).not.toHaveProperty('become');
    expect(full).toMatchObject({
      retries: 3,
      delay: 90,
      timeout: 7200,
      register: 'result',
      ignoreErrors: true,
    });
    expect(full?.when[0]?.evaluate(createScope({}))).toMatchObject({ ok: true, value: false });
  });

  test('check their arguments after interpolation too', () => {
    const [step] = steps({
      'site.yml': 'hosts: all\nsteps:\n  - file: { path: "{{ p }}", content: "" }\n',
    });
    expect(step?.checkArgs({ path: '/etc/motd', content: '' })).toBeUndefined();
    expect(step?.checkArgs({ path: '/etc/motd', content: 1 })).toMatch(/^file: `content` must be text/);
    const secret = { path: '/etc/motd', content: '', mode: 'hunter2' };
    expect(step?.checkArgs(secret)).toMatch(/hunter2/);
    expect(step?.checkArgs(secret, true)).toBe(
      'file: `mode` does not fit the kind (its value is secret and not shown)',
    );
  });
});

describe('plays', () => {
  test('`vars` win over `vars_files`, later files over earlier ones', () => {
    const { playbooks, diagnostics } = load({
      'site.yml': 'hosts: [web, db]\nvars: { a: play }\nvars_files: [one.yml, two.yml]\nsteps: []\n',
      'one.yml': 'a: one\nb: one\nc: one\n',
      'two.yml': 'a: two\nb: two\n',
    });
    expect(diagnostics).toEqual([]);
    const play = playbooks[0]?.plays[0];
    expect(play?.hosts).toBe('web,db');
    expect(['a', 'b', 'c'].map((name) => play?.vars.get(name)?.raw)).toEqual(['play', 'two', 'one']);
    expect(play?.varOrigins?.get('b')?.file).toBe('two.yml');
  });
});

test('files are shown as they were given', () => {
  const { playbooks } = load(
    { 'books/site.yml': `hosts: all\nsteps: [ { ${MOTD} } ]\n` },
    './books/site.yml',
  );
  expect(playbooks[0]?.file).toBe('books/site.yml');
  expect(playbooks[0]?.plays[0]?.steps[0]?.id).toBe('books/site.yml#1');
});

test('the same playbook twice, and one that is not there', () => {
  const { diagnostics } = load({ 'site.yml': 'hosts: all\nsteps: []\n' }, 'site.yml', './site.yml', 'no.yml');
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'the playbook site.yml is given twice',
    'cannot read the file: there is no such file',
  ]);
});

test.each([
  'web: { hosts: { web1: } }\n',
  'all:\n  vars: { a: 1 }\n  children: { web: }\nweb:\n  hosts: [a]\n',
])('an inventory is no playbook: %j', (text) => {
  const { diagnostics } = load({ 'site.yml': text }, 'site.yml');
  expect(diagnostics).toMatchObject([
    { message: 'this is an inventory, not a playbook', hint: expect.anything() },
  ]);
});

test('a folder is no playbook', () => {
  const { diagnostics } = load({ 'books/site.yml': 'hosts: all\nsteps: []\n' }, 'books');
  expect(diagnostics).toMatchObject([{ file: 'books', hint: 'name a file in it' }]);
});

test('a file may be included twice, names and all', () => {
  const found = steps({
    'site.yml': 'hosts: all\nsteps: [ { include: a.yml }, { include: a.yml } ]\n',
    'a.yml': `- { name: Motd, ${MOTD} }`,
  });
  expect(found.map(({ id }) => id)).toEqual(['site.yml#1.1', 'site.yml#2.1']);
});

test('a condition that is no text is told, and is no bug', () => {
  const { diagnostics } = load({
    'site.yml': `hosts: a\nsteps:\n  - ${MOTD}\n    when: [{ a: b }, [c]]\n`,
  });
  expect(diagnostics.map(({ range, severity }) => `${range?.start.line} ${severity}`)).toContain('4 error');
});
