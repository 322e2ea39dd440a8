import { describe, expect, test } from 'vitest';
import { fleetReport, host, report, step, stepRef } from '../../../test/support/fleet-report.ts';
import { textWidth } from '../../documents/text-width.ts';
import type { RunMode } from '../../engine/events.ts';
import { createStyle } from '../style.ts';
import { summary } from './index.ts';

const plain = { style: createStyle(), diff: false, verbosity: 0, mostNames: 12 };

function told(run: Parameters<typeof summary>[0], options: Partial<typeof plain> = {}): string {
  return `${summary(run, { ...plain, ...options }).join('\n')}\n`;
}

describe('what a user reads', () => {
  for (const mode of ['apply', 'dry-run', 'drift'] satisfies RunMode[]) {
    for (const size of [1, 20, 200]) {
      for (const width of [80, 120]) {
        test(`${mode}, ${size} hosts, ${width} columns`, async () => {
          const text = told(fleetReport(mode, size), { style: createStyle({ width }), diff: size === 20 });
          await expect(text).toMatchFileSnapshot(`golden/${mode}-${size}-${width}.txt`);
          const widths = text.split('\n').map((line) => textWidth(line));
          if (size !== 20) expect(Math.max(...widths)).toBeLessThanOrEqual(width);
        });
      }
    }
  }

  test('two hundred hosts take no more lines than twenty', () => {
    const lines = (size: number): number => told(fleetReport('apply', size)).split('\n').length;
    expect(lines(200)).toBe(lines(20));
  });

  test('no control character of a host reaches the terminal', () => {
    const text = told(fleetReport('apply', 20), { diff: true });
    expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f]/);
    expect(text).toContain('␛[31m');
  });

  test('without colour there is no escape sequence, with it there is', () => {
    expect(told(fleetReport('apply', 20), { style: createStyle({ color: true }) })).toContain('\x1b[');
    expect(told(fleetReport('apply', 20))).not.toContain('\x1b');
  });

  test('a locale without UTF-8 gets ASCII', () => {
    const names = { style: createStyle({ unicode: false }) };
    const run = report('apply', fleetReport('apply', 20).hosts.slice(0, 1));
    expect(told(run, names).replaceAll('’', "'")).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

const FILE = stepRef(3, 'file', 'A file');

function modeChange(before: string, after: string) {
  return step(FILE, {
    status: 'changed',
    changes: [{ resource: 'file', target: '/etc/x', action: 'update', attribute: 'mode', before, after }],
  });
}

describe('hosts are put together', () => {
  test('when the same things change, although the values found differ', () => {
    const hosts = ['0666', '0640', '0666'].map((found, index) =>
      host(`db${index}`, [modeChange(found, '0600')]),
    );
    expect(told(report('dry-run', hosts))).toContain(
      [
        '● 3 hosts would change  (1 change each)',
        '  on db0…db2',
        '  A file  playbooks/go.yml:3',
        '    ~ file /etc/x  mode 0666 (db0, db2) or 0640 (db1) → 0600',
      ].join('\n'),
    );
  });

  test('not when different things change', () => {
    const other = step(FILE, {
      status: 'changed',
      changes: [{ resource: 'file', target: '/etc/y', action: 'delete' }],
    });
    const text = told(report('apply', [host('a', [modeChange('0666', '0600')]), host('b', [other])]));
    expect(text).toContain('● a changed  (1 change)');
    expect(text).toContain('● b changed  (1 change)');
  });

  test('how much changes in texts that differ from host to host', () => {
    const text = (name: string, before: string, after: string) => {
      const content = { before: Buffer.from(before), after: Buffer.from(after) };
      const change = { resource: 'file', target: '/etc/x', action: 'update', attribute: 'content' } as const;
      return host(name, [
        step(FILE, { status: 'changed', changes: [{ ...change, before, after, text: content }] }),
      ]);
    };
    const run = [text('a', '1\n2\n', 'a\n'), text('b', '1\n2\n', 'b\n')];
    expect(told(report('apply', run))).toContain('~ file /etc/x  content +1 −2 lines (differs by host)\n');
    expect(told(report('drift', [...run, text('c', '1\n', 'c\nd\n')]))).toContain(
      '! file /etc/x  content differs: +1 to 2 −1 to 2 lines (differs by host)\n',
    );
  });

  test('a rule is not named twice', () => {
    const rule = { resource: 'ufw rule', target: 'allow 22/tcp', action: 'create' } as const;
    const changes = [{ ...rule, after: 'allow 22/tcp comment "ssh"' }];
    expect(told(report('apply', [host('a', [step(FILE, { status: 'changed', changes })])]))).toContain(
      '+ ufw rule allow 22/tcp  comment "ssh"\n',
    );
  });

  test('a tree of files that has moved', () => {
    const change = { resource: 'tree', target: '/opt/go', action: 'update', attribute: 'entries' } as const;
    const moved = [{ ...change, before: '1 changed', after: 'as in the archive' }];
    expect(told(report('drift', [host('a', [step(FILE, { status: 'changed', changes: moved })])]))).toContain(
      '! tree /opt/go  entries: 1 changed, should be as in the archive\n',
    );
  });

  test('rounds of a loop stand under one heading', () => {
    const rounds = ['one', 'two'].map((item) =>
      step(stepRef(7, 'directory', 'Folders', item), {
        status: 'changed',
        changes: [
          { resource: 'directory', target: `/srv/${item}`, action: 'create', after: { mode: '0755' } },
        ],
      }),
    );
    expect(told(report('apply', [host('a', rounds)]))).toContain(
      [
        '  Folders  playbooks/go.yml:7',
        '    + directory /srv/one  mode 0755',
        '    + directory /srv/two  mode 0755',
      ].join('\n'),
    );
  });
});

describe('what is never told as ok', () => {
  test('steps whose condition is false, in the totals', () => {
    const skipped = step(FILE, { status: 'skipped', reason: 'when: false' });
    const hosts = ['a', 'b'].map((name) => host(name, [skipped, skipped, skipped]));
    expect(told(report('apply', hosts))).toContain('2 hosts: 2 ok · 0 changes · 6 steps skipped · ');
    expect(told(report('apply', [host('a', [step(FILE)])]))).not.toContain('skipped');
  });

  test('steps that were not tried, in the totals, and by name after an interruption', () => {
    const left = step(FILE, { status: 'unreached', reason: 'the run was interrupted' });
    const hosts = [
      host('a', [step(FILE), left]),
      host('b', [left, { ...left, step: stepRef(7, 'file', 'B file') }]),
    ];
    const text = told({ ...report('apply', hosts), interrupted: true });
    expect(text).toContain('2 hosts: 2 ok · 0 changes · 3 steps not tried · ');
    expect(text).toContain(
      '? Not tried\n  A file  playbooks/go.yml:3  on all 2 hosts\n  B file  playbooks/go.yml:7  on b\n',
    );
    expect(told(report('apply', hosts))).not.toContain('? Not tried');
  });

  test('what is not known is never told as nothing changed', () => {
    const failure = { message: 'it broke off', unknown: true };
    const text = told(report('apply', [host('a', [step(FILE, { status: 'failed', changes: [], failure })])]));
    expect(text).toContain('Whether the change was made is not known.');
    expect(text).not.toContain('Nothing was changed');
  });

  test('a deferred step, with the reason', () => {
    const deferred = step(FILE, { status: 'deferred', reason: 'known only after it has run' });
    expect(told(report('dry-run', [host('a', [deferred])]))).toContain(
      '? Known only at apply\n  A file  playbooks/go.yml:3  on a\n    known only after it has run\n',
    );
  });

  test('a command that runs every time: not checked, and no drift', () => {
    const always = step(FILE, {
      status: 'changed',
      always: true,
      changes: [{ resource: 'command', target: 'true', action: 'run' }],
    });
    const text = told(report('drift', [host('a', [always])]));
    expect(text).toContain('? Not checked');
    expect(text).toContain('1 host: 1 clean · 0 differences');
    expect(text).not.toContain('has drifted');
  });

  test('a failure that is ignored', () => {
    const ignored = step(FILE, { status: 'failed', ignored: true, failure: { message: 'it broke' } });
    expect(told(report('apply', [host('a', [ignored])]))).toContain('? Failed, as ignore_errors allows');
  });

  test('a step whose outcome is unknown', () => {
    const unknown = step(FILE, {
      status: 'failed',
      failure: { message: 'the connection broke', unknown: true },
    });
    expect(told(report('apply', [host('a', [unknown])]))).toContain(
      'Whether the change was made is not known.',
    );
  });

  test('what a failed step had set out to do, where the hosts differ', () => {
    const failed = (name: string, found: string, more: { readonly rolledBack?: boolean } = {}) =>
      host(name, [
        step(FILE, {
          status: 'failed',
          changes: modeChange(found, '0600').changes,
          failure: { message: 'it broke', ...more },
        }),
      ]);
    const text = told(
      report('apply', [
        failed('db0', '0666'),
        failed('db1', '0640', { rolledBack: false }),
        failed('db2', '0640', { rolledBack: true }),
      ]),
    );
    expect(text).toContain(
      [
        '✗ 2 hosts failed',
        '  on db0, db1',
        '  A file  playbooks/go.yml:3',
        '    it broke',
        '    It was about to make (and may have begun):',
        '      ~ file /etc/x  mode 0666 (db0) or 0640 (db1) → 0600',
      ].join('\n'),
    );
    expect(text).toContain('✗ db2 failed\n');
    expect(text).toContain('    It had set out to make:\n      ~ file /etc/x  mode 0640 → 0600\n');
  });

  test('what each host says or means with its own name in it, once for all', () => {
    const failed = (name: string) =>
      host(name, [
        step(FILE, {
          status: 'failed',
          changes: [{ resource: 'file', target: `/etc/ssl/${name}.pem`, action: 'delete' }],
          failure: { message: `/srv/${name} is full` },
        }),
      ]);
    expect(told(report('apply', [failed('db'), failed('web')]))).toContain(
      [
        '✗ 2 hosts failed',
        '  on db, web',
        '  A file  playbooks/go.yml:3',
        '    /srv/<host> is full',
        '    It was about to make (and may have begun):',
        '      - file /etc/ssl/<host>.pem',
      ].join('\n'),
    );
  });

  test('what is hidden on one host is not told as nothing', () => {
    const seen = modeChange('0666', '0600');
    const [change] = seen.changes;
    const { before: _, after: __, ...rest } = change!;
    const hidden = step(FILE, { status: 'changed', changes: [{ ...rest, hidden: 'secret' }] });
    const text = told(report('apply', [host('db0', [seen]), host('db1', [hidden])]));
    expect(text).toContain(
      '● db0 changed  (1 change)\n  A file  playbooks/go.yml:3\n    ~ file /etc/x  mode 0666 → 0600',
    );
    expect(text).toContain('~ file /etc/x  mode (hidden: holds a secret)');
    expect(text).not.toContain('none');
  });

  test('a step that came out otherwise than predicted', () => {
    const [change] = modeChange('0666', '0600').changes;
    const surprised = host('a', [modeChange('0666', '0600')], {
      surprises: [{ step: FILE, predicted: [], made: [change!] }],
    });
    expect(told(report('apply', [surprised]))).toContain('! Came out otherwise than predicted');
  });

  test('a host that was cut short by a bug', () => {
    const hit = host('a', [], {
      status: 'failed',
      bug: { message: 'x is not a function', stack: 'Error\n at f' },
    });
    const text = told(report('apply', [hit]));
    expect(text).toContain('because of a bug in provision');
    expect(text).not.toContain(' at f');
    expect(told(report('apply', [hit]), { verbosity: 3 })).toContain(' at f');
  });
});
