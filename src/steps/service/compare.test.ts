import { describe, expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import type { Comparison } from '../../engine/step-kind.ts';
import { StepFailure } from '../../engine/view.ts';
import { unitLook } from '../../looks/unit/look.ts';
import type { UnitAnswer, UnitState } from '../../looks/unit/state.ts';
import { compare } from './compare.ts';
import type { ServiceArgs } from './schema.ts';

const STOPPED: UnitState = {
  kind: 'unit',
  id: 'app.service',
  load: 'loaded',
  active: 'inactive',
  file: 'disabled',
  outdated: false,
  runsOnce: false,
  path: '/usr/lib/systemd/system/app.service',
  installable: true,
  linked: false,
};
const RUNNING: UnitState = { ...STOPPED, active: 'active', file: 'enabled', linked: true };
const MASKED: UnitState = { ...STOPPED, load: 'masked', file: 'masked' };
const MISSING: UnitState = { ...STOPPED, load: 'not-found', file: '', path: undefined, installable: false };

type Rest = Omit<ServiceArgs, 'name'> & { readonly name?: string };

function on(answer: UnitAnswer, args: Rest, options: Parameters<typeof viewWith>[1] = {}): Comparison {
  return compare({ name: 'app', ...args }, viewWith([[unitLook('app.service'), answer]], options));
}

function short(answer: UnitAnswer, args: Rest): readonly string[] {
  const { changes } = on(answer, args);
  return changes.map(({ attribute, before, after }) => `${attribute}: ${before} > ${after}`);
}

/** What is left to do when everything went as predicted. */
function left(answer: UnitAnswer, args: Rest): readonly string[] {
  const [effect] = on(answer, args).effects;
  if (effect?.type !== 'answer') throw new Error('nothing is predicted');
  return short(effect.value as UnitAnswer, args);
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof StepFailure) return `${error.message} / ${error.hint}`;
    throw error;
  }
  throw new Error('was not refused');
}

describe('what differs, and nothing else, is a change', () => {
  test.each<[string, UnitState, Rest, string[]]>([
    ['as wanted', RUNNING, { state: 'started', enabled: true, masked: false }, []],
    ['as wanted', STOPPED, { state: 'stopped', enabled: false, masked: false }, []],
    [
      'all of it',
      STOPPED,
      { state: 'started', enabled: true },
      ['enabled: false > true', 'state: stopped > started'],
    ],
    [
      'all of it, the other way',
      RUNNING,
      { state: 'stopped', enabled: false, masked: true },
      ['enabled: true > false', 'state: started > stopped', 'masked: false > true'],
    ],
    ['failed', { ...STOPPED, active: 'failed' }, { state: 'started' }, ['state: failed > started']],
    ['failed is stopped', { ...STOPPED, active: 'failed' }, { state: 'stopped' }, []],
    [
      'starting over and over',
      { ...STOPPED, active: 'activating' },
      { state: 'started' },
      ['state: activating > started'],
    ],
    ['reloading is running', { ...RUNNING, active: 'reloading' }, { state: 'started' }, []],
    [
      'until the next boot',
      { ...RUNNING, file: 'enabled-runtime' },
      { enabled: true },
      ['enabled: false > true'],
    ],
    [
      'until the next boot',
      { ...RUNNING, file: 'enabled-runtime' },
      { enabled: false },
      ['enabled: true > false'],
    ],
    ['only linked', { ...STOPPED, file: 'linked' }, { enabled: true }, ['enabled: false > true']],
    ['gone already', MISSING, { state: 'stopped', enabled: false }, []],
    [
      'behind a mask',
      { ...MASKED, linked: true },
      { masked: false, enabled: true, state: 'started' },
      ['masked: true > false', 'state: stopped > started'],
    ],
    [
      'a new file, running',
      { ...RUNNING, outdated: true },
      { state: 'started' },
      ['unit file: outdated > read'],
    ],
    ['a new file, not in use', { ...STOPPED, outdated: true }, { state: 'stopped' }, []],
  ])('%s', (_, unit, args, changes) => {
    expect(short(unit, args)).toEqual(changes);
    if (changes.length > 0) expect(left(unit, args)).toEqual([]);
  });
});

test('what has nothing to enable is noted, not changed', () => {
  const { changes, notes } = on({ ...RUNNING, file: 'static' }, { enabled: true });
  expect(changes).toEqual([]);
  expect(notes).toEqual([expect.stringContaining('app.service is static')]);
  expect(on({ ...RUNNING, file: 'static' }, { enabled: false }).notes).toBeUndefined();
});

describe('actions', () => {
  const titles = (unit: UnitState, args: Rest) =>
    on(unit, args)
      .actions()
      .map(({ title }) => title);
  test('in an order that works', () => {
    expect(titles({ ...MASKED, outdated: true }, { masked: false, enabled: true, state: 'started' })).toEqual(
      [
        'making systemd read its unit files',
        'unmasking app.service',
        'enabling app.service',
        'starting app.service',
      ],
    );
    expect(titles(RUNNING, { masked: true, enabled: false, state: 'stopped' })).toEqual([
      'disabling app.service',
      'stopping app.service',
      'masking app.service',
    ]);
  });
  test('a unit by another name is changed by its own', () => {
    expect(titles({ ...STOPPED, id: 'real.service' }, { enabled: true })).toEqual(['enabling real.service']);
  });
  test('how a start that failed is told', () => {
    const [start] = on(STOPPED, { state: 'started' }).actions();
    const judge = (stdout: string) =>
      start?.judge?.({ code: 1, stdout: Buffer.from(stdout), stderr: Buffer.alloc(0) });
    expect(judge('ActiveState=failed ExecMainStatus=203 Result=exit-code SubState=failed \n')?.failure).toBe(
      'app.service did not start: it is failed (exit-code, status 203)',
    );
    expect(judge('ActiveState=inactive ExecMainStatus=0 Result=success SubState=dead \n')?.failure).toBe(
      'app.service was started, but ended again at once',
    );
    expect(
      judge('ActiveState=activating ExecMainStatus=1 Result=exit-code SubState=auto-restart \n')?.failure,
    ).toBe('app.service did not start: it is activating, auto-restart (exit-code, status 1)');
    expect(start?.judge?.({ code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) })).toEqual({});
  });
});

describe('what cannot be', () => {
  test.each<[string, UnitAnswer, Rest, string]>([
    [
      'no systemd',
      { kind: 'no-systemd', init: 'busybox' },
      { state: 'started' },
      'no systemd (it runs busybox)',
    ],
    ['no such unit', MISSING, { state: 'started' }, 'there is no unit app.service on this host'],
    ['no such unit', MISSING, { enabled: true }, 'there is no unit app.service'],
    ['nothing behind the mask', { ...MASKED, path: undefined }, { masked: false }, 'there is no unit'],
    ['masked', MASKED, { state: 'started' }, 'masked on this host, so it cannot be started'],
    ['masked', MASKED, { enabled: true }, 'so it cannot be enabled'],
    ['runs once', { ...STOPPED, runsOnce: true }, { state: 'started' }, 'runs once and ends'],
    [
      'broken',
      { ...STOPPED, load: 'bad-setting' },
      { state: 'started' },
      'systemd cannot read app.service: bad-setting',
    ],
    [
      'a mask where the file is',
      { ...STOPPED, path: '/etc/systemd/system/app.service' },
      { masked: true },
      'cannot be masked: its own file stands where',
    ],
    ['the sessions', { ...RUNNING, id: 'dbus.service' }, { state: 'stopped' }, 'need dbus.service'],
    ['the end', { ...STOPPED, id: 'reboot.target' }, { state: 'started' }, 'ends what runs'],
    ['the way in', { ...RUNNING, id: 'ssh.service' }, { state: 'stopped' }, 'lock the controller out'],
    ['the way in', { ...RUNNING, id: 'ssh.socket' }, { enabled: false }, 'lock the controller out'],
    ['the network', { ...RUNNING, id: 'NetworkManager.service' }, { state: 'stopped' }, 'may rest on'],
  ])('%s', (_, answer, args, reason) => {
    expect(refusal(() => on(answer, args))).toContain(reason);
  });

  test('nonsense is found before any host is asked', () => {
    expect(refusal(() => compare({ name: 'app@', state: 'started' }, viewWith([])))).toContain(
      'app@.service is a template',
    );
    expect(refusal(() => compare({ name: 'app', masked: true, enabled: true }, viewWith([])))).toContain(
      'neither started nor enabled',
    );
  });

  test('changes need root, looking does not', () => {
    const look = unitLook('app.service');
    const view = viewWith([[look, STOPPED]], { actingUser: 'ops' });
    expect(refusal(() => compare({ name: 'app', state: 'started' }, view))).toContain('only root');
    expect(compare({ name: 'app', state: 'stopped' }, view).changes).toEqual([]);
  });
});

test('what loads rules into the kernel is changed under guard, and nothing else', () => {
  const guard = (id: string, args: Rest) => on({ ...STOPPED, id }, args).guard?.what;
  expect(guard('nftables.service', { state: 'started' })).toBe('the firewall (nftables.service)');
  expect(guard('firewalld.service', { enabled: true })).toBe('the firewall (firewalld.service)');
  expect(guard('app.service', { state: 'started' })).toBeUndefined();
  expect(guard('nftables.service', { state: 'stopped' })).toBeUndefined();
});

test('a unit of the network that does not run may be taken out of the boot', () => {
  const networking = { ...STOPPED, id: 'networking.service', file: 'enabled' };
  expect(short(networking, { enabled: false, state: 'stopped' })).toEqual(['enabled: true > false']);
});
