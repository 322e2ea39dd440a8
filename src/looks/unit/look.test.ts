import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { localShells, runScript } from '../../../test/support/local-shell.ts';
import { type HostLook, LookError } from '../../engine/look.ts';
import { Overlay } from '../../engine/overlay.ts';
import { unitLook } from './look.ts';
import {
  type BroughtFile,
  readUnitFile,
  type UnitAnswer,
  type UnitState,
  unmasked,
  withBrought,
} from './state.ts';

const MARK = '0123456789abcdef';
const context = { proofs: new Map(), deep: false, relist: false };
const { kind } = unitLook('x.service');

interface Query {
  readonly unit: string;
  readonly brought: readonly BroughtFile[];
}

/**
 * As the fixtures were asked for, on hosts where some units had been made, masked and changed;
 * dbus.socket has a drop-in that is loaded, getty@ one that is not.
 */
const APP: BroughtFile = {
  path: '/etc/systemd/system/app.service',
  sha256: 'other',
  role: 'unit file',
  installable: false,
};
const DROP_IN: BroughtFile = {
  path: '/etc/systemd/system/app.service.d/x.conf',
  sha256: '-',
  role: 'drop-in',
  installable: false,
};
const QUERIES: readonly Query[] = [
  ...['ssh', 'sshd', 'nope', 'cron', 'getty@tty1'].map((name) => ({ unit: `${name}.service`, brought: [] })),
  ...['apt-daily.timer', 'dbus.socket', 'systemd-journald.service', 'oldie.service'].map((unit) => ({
    unit,
    brought: [],
  })),
  { unit: 'app.service', brought: [APP, DROP_IN] },
  ...['systemd-tmpfiles-clean', 'old2'].map((name) => ({ unit: `${name}.service`, brought: [] })),
];

function parse(text: string, queries = QUERIES): ReadonlyMap<string, UnitAnswer> {
  const output = { stdout: Buffer.from(text), stderr: Buffer.alloc(0), code: 0, mark: MARK };
  const answers = kind.parse(output, queries as never, context);
  return new Map(queries.map(({ unit }, index) => [unit, answers[index] as UnitAnswer]));
}

describe.each(['bullseye', 'bookworm', 'trixie'])('a real %s host', (distro) => {
  const text = readFileSync(new URL(`./fixtures/${distro}.txt`, import.meta.url), 'utf8');
  const units = parse(text);

  test.each<[string, Partial<UnitState>]>([
    [
      'ssh.service',
      { id: 'ssh.service', load: 'loaded', active: 'active', file: 'enabled', outdated: false },
    ],
    [
      'sshd.service',
      { id: 'ssh.service', load: 'loaded', active: 'active', file: 'enabled', outdated: false },
    ],
    ['nope.service', { load: 'not-found', active: 'inactive', file: '', path: undefined }],
    ['cron.service', { load: 'masked', active: 'active', file: 'masked', installable: true, linked: true }],
    ['getty@tty1.service', { load: 'loaded', file: 'enabled', active: 'inactive', outdated: true }],
    ['apt-daily.timer', { load: 'masked', file: 'masked', active: 'inactive' }],
    ['dbus.socket', { load: 'loaded', file: 'static', active: 'active', runsOnce: false, outdated: false }],
    ['systemd-journald.service', { file: 'static', active: 'active' }],
    ['systemd-tmpfiles-clean.service', { file: 'static', runsOnce: true }],
    ['oldie.service', { load: 'loaded', file: 'enabled' }],
    ['old2.service', { load: 'loaded', file: 'disabled' }],
    ['app.service', { file: 'static', active: 'active', outdated: true }],
  ])('%s', (unit, state) => {
    expect(units.get(unit)).toMatchObject({ kind: 'unit', ...state });
  });

  test('a drop-in that systemctl has not noticed', () => {
    const unaware = parse(text.replaceAll('NeedDaemonReload=yes', 'NeedDaemonReload=no'));
    expect(unaware.get('getty@tty1.service')).toMatchObject({ outdated: true });
    expect(unaware.get('dbus.socket')).toMatchObject({ outdated: false });
  });

  test('cut off', () => {
    expect(() => parse(text.slice(0, -300))).toThrow(LookError);
  });
});

test('a host without systemd says what it runs', () => {
  expect(parse('busybox\n', [{ unit: 'x.service', brought: [] }]).get('x.service')).toEqual({
    kind: 'no-systemd',
    init: 'busybox',
  });
});

describe('in every shell', () => {
  const { shells, close } = localShells();
  afterAll(close);
  test.skipIf(existsSync('/run/systemd/system')).each(shells)(
    '$name: where systemd does not run',
    (shell) => {
      const script = kind.script([{ unit: 'a b.service', brought: [] } as never], context);
      const { stdout, stderr, code } = runScript(shell, script, { mark: MARK });
      expect(stderr.toString()).toBe('');
      expect(code).toBe(0);
      expect(stdout.toString()).toMatch(/^[^\n]+\n$/);
    },
  );
});

const NEW: UnitState = {
  kind: 'unit',
  id: 'app.service',
  load: 'not-found',
  active: 'inactive',
  file: '',
  outdated: false,
  runsOnce: false,
  path: undefined,
  installable: false,
  linked: false,
};
const THERE: UnitState = {
  ...NEW,
  load: 'loaded',
  active: 'active',
  file: 'enabled',
  path: '/usr/lib/systemd/system/app.service',
  installable: true,
  linked: true,
};

describe('a file that an earlier step writes', () => {
  const brought: BroughtFile = {
    path: '/etc/systemd/system/app.service',
    sha256: 'new',
    role: 'unit file',
    installable: true,
  };
  test('makes a new unit', () => {
    expect(withBrought(NEW, brought, '-')).toMatchObject({
      load: 'loaded',
      file: 'disabled',
      outdated: false,
    });
    expect(withBrought(NEW, { ...brought, installable: false }, '-')).toMatchObject({ file: 'static' });
    expect(withBrought({ ...NEW, linked: true }, brought, '-')).toMatchObject({ file: 'enabled' });
  });
  test('comes before a packaged one, or does not', () => {
    expect(withBrought(THERE, brought, '-')).toMatchObject({
      file: 'enabled',
      outdated: true,
      path: brought.path,
    });
    const local = { ...THERE, path: '/etc/systemd/system/app.service' };
    expect(withBrought(local, { ...brought, path: '/usr/lib/systemd/system/app.service' }, 'old')).toBe(
      local,
    );
  });
  test('is the same as before', () => {
    expect(withBrought({ ...THERE, path: brought.path }, brought, 'new')).toMatchObject({ outdated: false });
  });
  test('takes the place of a mask', () => {
    const masked = { ...THERE, load: 'masked', file: 'masked' };
    expect(withBrought(masked, brought, '-')).toMatchObject({ load: 'loaded', file: 'enabled' });
  });
  test('adds to the unit', () => {
    const dropIn: BroughtFile = { ...DROP_IN, sha256: 'new', runsOnce: true };
    expect(withBrought(THERE, dropIn, 'old')).toMatchObject({
      outdated: true,
      file: 'enabled',
      runsOnce: true,
    });
    expect(withBrought(THERE, dropIn, 'new')).toBe(THERE);
    expect(withBrought(NEW, dropIn, '-')).toMatchObject({ load: 'not-found', outdated: false });
  });
});

describe('prediction', () => {
  const content = Buffer.from('[Service]\nType=oneshot\n[Install]\nWantedBy=multi-user.target\n');
  const file = {
    exists: true,
    type: 'file',
    mode: '0644',
    owner: 'root',
    group: 'root',
    size: 1,
    mtime: 0,
  } as const;
  const predict = (unit: string, path: string, rest: object): unknown => {
    const overlay = new Overlay();
    overlay.predict([{ type: 'path', path, state: file, ...rest }]);
    const found = kind.predict?.({ unit, brought: [] } as never, overlay);
    if (found === undefined || !('insteadOf' in found)) return found;
    return ((found.insteadOf as HostLook<unknown>).query as Query).brought;
  };
  test('nothing that an earlier step does is about the unit', () => {
    expect(predict('app.service', '/etc/systemd/system/other.service', { content })).toBeUndefined();
    expect(
      predict('app.service', '/etc/systemd/system/app.service.d/notes.txt', { content }),
    ).toBeUndefined();
    const state = { ...file, type: 'directory' };
    expect(predict('app.service', '/usr/local/lib/systemd', { state, fresh: true })).toBeUndefined();
  });
  test('its file, its template, its drop-ins', () => {
    for (const path of ['/etc/systemd/system/app@.service', '/lib/systemd/system/app@x.service']) {
      expect(predict('app@x.service', path, { content, sha256: 'ab' })).toEqual([
        { path, sha256: 'ab', role: 'unit file', installable: true, runsOnce: true },
      ]);
    }
    const path = '/etc/systemd/system/app.service.d/10-limits.conf';
    expect(predict('app.service', path, { content: Buffer.from('[Service]\n'), sha256: 'cd' })).toEqual([
      { path, sha256: 'cd', role: 'drop-in', installable: false },
    ]);
    expect(predict('app.service', path, { state: { exists: false } })).toEqual([
      { path, sha256: '-', role: 'drop-in', installable: false },
    ]);
  });
  test('what cannot be told is said', () => {
    const path = '/etc/systemd/system/app.service';
    expect(predict('app.service', path, { sha256: 'ab' })).toMatchObject({
      unknown: expect.stringContaining(path),
    });
    expect(predict('app.service', path, { state: { exists: false } })).toMatchObject({
      unknown: expect.anything(),
    });
  });
});

test('reading unit files', () => {
  expect(readUnitFile('[Service]\nExecStart=x\n')).toEqual({ installable: false });
  expect(readUnitFile('[Service]\nType=oneshot\nRemainAfterExit=yes\n')).toEqual({
    installable: false,
    runsOnce: false,
  });
  expect(readUnitFile('[Service]\n Type = oneshot\nType=simple\n[Install]\n')).toEqual({
    installable: true,
    runsOnce: false,
  });
  expect(readUnitFile('# Type=oneshot\n# [Install]\n')).toEqual({ installable: false });
});

test('what stands behind a mask', () => {
  const masked = { ...THERE, load: 'masked', file: 'masked' };
  expect(unmasked(masked)).toMatchObject({ load: 'loaded', file: 'enabled' });
  expect(unmasked({ ...masked, linked: false })).toMatchObject({ file: 'disabled' });
  expect(unmasked({ ...masked, linked: false, installable: false })).toMatchObject({ file: 'static' });
  expect(unmasked({ ...masked, path: undefined })).toMatchObject({ load: 'not-found' });
});
