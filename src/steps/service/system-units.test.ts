import { describe, expect, test } from 'vitest';
import { viewWith } from '../../../test/support/view.ts';
import { requireSystemRuns } from './system-units.ts';

const view = viewWith([]);

describe('units without which the host lets nobody in', () => {
  test.each([
    'poweroff.target',
    'reboot.target',
    'rescue.target',
    'runlevel0.target',
    'systemd-halt.service',
  ])('%s is not started', (id) => {
    const start = (): void => requireSystemRuns({ name: id, state: 'started' }, id, true, view);
    expect(start).toThrow(`${id} ends what runs`);
  });

  test.each([
    ...['systemd-user-sessions.service', 'dbus.service', 'dbus.socket', 'systemd-logind.service', '-.slice'],
    ...['sysinit.target', 'basic.target', 'multi-user.target', 'home.mount', 'user-1000.slice'],
  ])('%s is neither stopped, disabled nor masked', (id) => {
    for (const args of [{ state: 'stopped' }, { enabled: false }, { masked: true }] as const) {
      const change = (): void => requireSystemRuns({ name: id, ...args }, id, false, view);
      expect(change).toThrow(`logins to this host need ${id}`);
    }
  });

  test('others may be, and these may be started', () => {
    requireSystemRuns({ name: 'app', state: 'stopped', masked: true }, 'app.service', false, view);
    requireSystemRuns({ name: 'srv.mount', state: 'stopped' }, 'srv.mount', false, view);
    requireSystemRuns({ name: 'dbus', state: 'started', enabled: true }, 'dbus.service', true, view);
    requireSystemRuns({ name: 'reboot.target', state: 'stopped' }, 'reboot.target', false, view);
  });
});
