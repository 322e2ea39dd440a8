import type { ContractCase, Distro } from '../case.ts';

const DEBIAN: readonly Distro[] = ['bullseye', 'bookworm', 'trixie'];
const refusedOn = { busybox: /this host has no systemd \(it runs [a-z]+\)/ } as const;

/** A service that runs until it is stopped. */
const APP = `[Unit]
Description=App
[Service]
ExecStart=/bin/sleep 1000
[Install]
WantedBy=multi-user.target
`;
const FILE = '/etc/systemd/system/app.service';
const write = (content: string, path = FILE) => ({ file: { path, content } });
/** Puts the unit there, past the tool. */
const prepareApp = `cat >${FILE} <<'EOF'\n${APP}EOF\nsystemctl daemon-reload`;
const RUNS = 'systemctl is-active app; systemctl is-enabled app';

/** An init script without a unit file. */
const INIT_SCRIPT = `cat >/etc/init.d/oldie <<'EOF'
#!/bin/sh
### BEGIN INIT INFO
# Provides: oldie
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: old
### END INIT INFO
exit 0
EOF
chmod 755 /etc/init.d/oldie; systemctl daemon-reload`;

function everyDebian(reason: RegExp): NonNullable<ContractCase['refusedOn']> {
  return { bullseye: reason, bookworm: reason, trixie: reason };
}

export const cases: readonly ContractCase[] = [
  {
    title: 'running and enabled already',
    steps: [{ service: { name: 'cron', state: 'started', enabled: true, masked: false } }],
    refusedOn,
    expectChanges: 0,
  },
  {
    title: 'stopped, disabled, masked',
    steps: [{ service: { name: 'cron', state: 'stopped', enabled: false, masked: true } }],
    refusedOn,
    expectChanges: 3,
    after: '! systemctl is-active cron; [ "$(systemctl is-enabled cron)" = masked ]',
  },
  {
    title: 'back from there',
    prepare: 'systemctl disable --now cron; systemctl mask cron',
    steps: [{ service: { name: 'cron', state: 'started', enabled: true, masked: false } }],
    only: DEBIAN,
    expectChanges: 3,
    after: 'systemctl is-active cron; systemctl is-enabled cron',
  },
  {
    title: 'masked while enabled and running: only the mask goes',
    prepare: 'systemctl mask cron',
    steps: [{ service: { name: 'cron', state: 'started', enabled: true, masked: false } }],
    only: DEBIAN,
    expectChanges: 1,
  },
  {
    title: 'half done: enabled, not running; running, not enabled',
    prepare: 'systemctl stop cron; systemctl disable dbus.service 2>/dev/null; true',
    steps: [
      { service: { name: 'cron', state: 'started', enabled: true } },
      { service: { name: 'dbus', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 1,
    after: 'systemctl is-active cron',
  },
  {
    title: 'a unit file that an earlier step writes',
    steps: [write(APP), { service: { name: 'app', state: 'started', enabled: true } }],
    only: DEBIAN,
    expectChanges: 3,
    after: RUNS,
  },
  {
    title: 'two steps about one new unit',
    steps: [
      write(APP),
      { service: { name: 'app', enabled: true } },
      { service: { name: 'app.service', state: 'started' } },
    ],
    only: DEBIAN,
    expectChanges: 3,
    after: RUNS,
  },
  {
    title: 'a changed unit file of a running service is read anew',
    prepare: `${prepareApp}; systemctl enable --now app`,
    steps: [
      write(APP.replace('1000', '2000')),
      { service: { name: 'app', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 2,
    after: `${RUNS}; systemctl show -p ExecStart app | grep -q 2000`,
  },
  {
    title: 'a changed unit file of an enabled service that is down',
    prepare: `${prepareApp}; systemctl enable app`,
    steps: [
      write(APP.replace('1000', '2000')),
      { service: { name: 'app', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 3,
    after: `${RUNS}; systemctl show -p ExecStart app | grep -q 2000`,
  },
  {
    title: 'a changed unit file, past the tool',
    prepare: `${prepareApp}; systemctl enable --now app; sleep 1; echo '# changed' >>${FILE}`,
    steps: [{ service: { name: 'app', state: 'started' } }],
    only: DEBIAN,
    expectChanges: 1,
    after: '[ "$(systemctl show -p NeedDaemonReload app)" = NeedDaemonReload=no ]',
  },
  {
    title: 'a unit file of our own in place of the packaged one',
    steps: [
      write(`${APP}# ours\n`, '/etc/systemd/system/cron.service'),
      { service: { name: 'cron', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 2,
    after: 'systemctl show -p FragmentPath cron | grep -q /etc/systemd/system/cron.service',
  },
  {
    title: 'a drop-in for a running service',
    steps: [
      { directory: { path: '/etc/systemd/system/cron.service.d' } },
      write('[Service]\nNice=5\n', '/etc/systemd/system/cron.service.d/nice.conf'),
      { service: { name: 'cron', state: 'started' } },
    ],
    only: DEBIAN,
    expectChanges: 3,
    after: 'systemctl show -p Nice cron | grep -qx Nice=5',
  },
  {
    title: 'a template and its instance',
    steps: [
      write(APP, '/etc/systemd/system/app@.service'),
      { service: { name: 'app@one', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 3,
    after: 'systemctl is-active app@one; systemctl is-enabled app@one',
  },
  {
    title: 'a timer',
    steps: [
      write('[Service]\nType=oneshot\nExecStart=/bin/true\n', '/etc/systemd/system/job.service'),
      write(
        '[Timer]\nOnCalendar=2099-01-01\n[Install]\nWantedBy=timers.target\n',
        '/etc/systemd/system/job.timer',
      ),
      { service: { name: 'job.timer', state: 'started', enabled: true } },
    ],
    only: DEBIAN,
    expectChanges: 4,
    after: 'systemctl is-active job.timer; systemctl is-enabled job.timer',
  },
  {
    title: 'static: nothing to enable',
    steps: [{ service: { name: 'systemd-journald', state: 'started', enabled: true } }],
    only: DEBIAN,
    expectChanges: 0,
  },
  {
    title: 'by another name',
    prepare: 'systemctl is-active sshd',
    steps: [{ service: { name: 'sshd', state: 'started', enabled: true } }],
    only: DEBIAN,
    expectChanges: 0,
  },
  {
    title: 'an init script',
    prepare: INIT_SCRIPT,
    steps: [{ service: { name: 'oldie', enabled: true } }],
    only: DEBIAN,
    expectChanges: 1,
    after: 'ls /etc/rc2.d/S*oldie',
  },
  {
    title: 'an init script, off',
    prepare: `${INIT_SCRIPT}; update-rc.d oldie defaults`,
    steps: [{ service: { name: 'oldie', enabled: false } }],
    only: DEBIAN,
    expectChanges: 1,
    after: '! ls /etc/rc2.d/S*oldie',
  },
  {
    title: 'gone already is stopped and disabled',
    steps: [{ service: { name: 'nope', state: 'stopped', enabled: false } }],
    refusedOn,
    expectChanges: 0,
  },
  {
    title: 'no such unit',
    steps: [{ service: { name: 'nope', state: 'started' } }],
    refusedOn: { ...everyDebian(/there is no unit nope\.service on this host/), ...refusedOn },
  },
  {
    title: 'masked, but it runs: that is all that was asked for',
    prepare: 'systemctl mask cron',
    steps: [{ service: { name: 'cron', state: 'started' } }],
    only: DEBIAN,
    expectChanges: 0,
  },
  {
    title: 'masked and stopped',
    prepare: 'systemctl stop cron; systemctl mask cron',
    steps: [{ service: { name: 'cron', state: 'started' } }],
    only: DEBIAN,
    refusedOn: everyDebian(/cron\.service is masked on this host/),
  },
  {
    title: 'runs once: cannot be kept started',
    steps: [
      write('[Service]\nType=oneshot\nExecStart=/bin/true\n'),
      { service: { name: 'app', state: 'started' } },
    ],
    only: DEBIAN,
    refusedOn: everyDebian(/runs once and ends/),
  },
  {
    title: 'runs once, and stays',
    steps: [
      write('[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n'),
      { service: { name: 'app', state: 'started' } },
    ],
    only: DEBIAN,
    expectChanges: 2,
  },
  {
    title: 'the way in is left open',
    steps: [{ service: { name: 'sshd', state: 'stopped' } }],
    only: DEBIAN,
    refusedOn: everyDebian(/lock the controller out/),
  },
];
