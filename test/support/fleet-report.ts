import type {
  EngineEvent,
  HostReport,
  RunMode,
  RunReport,
  StepRef,
  StepReport,
} from '../../src/engine/events.ts';

/** Made-up runs for tests of reports: the same numbers always, one host of every fate in each ten. */

export function stepRef(line: number, kind: string, name: string, item?: string): StepRef {
  const place = { file: 'playbooks/go.yml', line, column: 5 };
  return { id: `playbooks/go.yml#${line}`, kind, name, ...place, ...(item === undefined ? {} : { item }) };
}

export function step(ref: StepRef, more: Partial<StepReport> = {}): StepReport {
  return { step: ref, status: 'ok', changes: [], duration: 10, ...more };
}

export function host(name: string, steps: readonly StepReport[], more: Partial<HostReport> = {}): HostReport {
  const failed = steps.some(({ status, ignored }) => status === 'failed' && ignored !== true);
  const changed = steps.some(({ changes }) => changes.length > 0);
  return {
    host: name,
    status: failed ? 'failed' : changed ? 'changed' : 'ok',
    steps,
    surprises: [],
    connections: 1,
    roundTrips: 3,
    bytesSent: 0,
    duration: 1_500,
    ...more,
  };
}

export function report(mode: RunMode, hosts: readonly HostReport[]): RunReport {
  return { mode, hosts, duration: 12_345, interrupted: false };
}

const USER = stepRef(12, 'user', 'Deploy user');
const PROFILE = stepRef(30, 'file', 'Go in everybody’s PATH');
const FIREWALL = stepRef(41, 'ufw', 'Firewall');
const VERSION = stepRef(60, 'command', 'Go answers with its version');
const CACHE = stepRef(66, 'command', 'Warm the cache');

const SHA_OLD = '1a'.repeat(32);
const SHA_NEW = '2b'.repeat(32);

const CHANGED: readonly StepReport[] = [
  step(USER, {
    status: 'changed',
    changes: [
      {
        resource: 'user',
        target: 'deploy',
        action: 'create',
        after: { shell: '/bin/bash', groups: ['sudo', 'adm'], home: '/home/deploy' },
      },
    ],
  }),
  step(PROFILE, {
    status: 'changed',
    changes: [
      {
        resource: 'file',
        target: '/etc/profile.d/go.sh',
        action: 'update',
        attribute: 'content',
        before: SHA_OLD,
        after: SHA_NEW,
        text: {
          before: Buffer.from('export GOROOT=/opt/go\nexport LANG=C\n'),
          after: Buffer.from(
            'export GOROOT=/usr/local/go\n\texport PATH="$PATH:/usr/local/go/bin"\nexport LANG=C\n',
          ),
        },
      },
      {
        resource: 'file',
        target: '/etc/profile.d/go.sh',
        action: 'update',
        attribute: 'mode',
        before: '0666',
        after: '0644',
      },
      { resource: 'file', target: '/etc/profile.d/old-go.sh', action: 'delete', before: 'file' },
    ],
  }),
  step(FIREWALL, {
    status: 'changed',
    changes: [
      { resource: 'ufw rule', target: 'allow 443/tcp from 10.0.0.0/8 to any port 443', action: 'create' },
      { resource: 'ufw rule', target: 'allow 9999/tcp', action: 'delete' },
    ],
  }),
];

function fate(mode: RunMode, index: number, name: string): HostReport {
  const address = `10.0.${Math.floor(index / 200)}.${(index % 200) + 10}`;
  const version =
    mode === 'apply'
      ? step(VERSION)
      : step(VERSION, {
          status: 'deferred',
          reason: 'it runs /usr/local/go/bin/go, which an earlier step installs',
        });
  const cache = step(CACHE, {
    status: 'changed',
    always: true,
    changes: [{ resource: 'command', target: '/usr/local/bin/warm --all', action: 'run' }],
  });
  const rest = [version, ...(mode === 'drift' ? [cache] : [])];
  switch (index % 10) {
    case 3:
      return host(name, [step(USER), step(PROFILE), step(FIREWALL), step(VERSION)]);
    case 6:
      return host(
        name,
        [
          ...(mode === 'apply' ? CHANGED.slice(0, 1) : []),
          step(PROFILE, {
            status: 'failed',
            changes: mode === 'apply' ? CHANGED[1]!.changes : [],
            failure: {
              message: 'writing /etc/profile.d/go.sh failed: cat: write error: No space left on device',
              hint: 'free some space on / of this host',
              stderr: `df: \x1b[31m${name}\x1b[0m is full\ncat: write error: No space left on device`,
            },
          }),
          step(FIREWALL, { status: 'unreached', reason: 'an earlier step failed' }),
        ],
        { bytesSent: 120 },
      );
    case 7:
      return host(name, [], {
        status: 'unreachable',
        connection: {
          kind: 'unreachable',
          message: `${address}:22 refused the connection`,
          hint: 'is sshd running there, and on this port? (ansible_port in the inventory)',
        },
        connections: 0,
        roundTrips: 0,
      });
    default:
      return host(name, [...CHANGED, ...rest], { bytesSent: 1_234_567 });
  }
}

/** A fleet of `web001…`: in each ten hosts one is ok, one fails, one is unreachable, and seven change alike. */
export function fleetReport(mode: RunMode, size: number): RunReport {
  const names = Array.from({ length: size }, (_, index) => `web${String(index + 1).padStart(3, '0')}`);
  return report(
    mode,
    names.map((name, index) => fate(mode, index, name)),
  );
}

/** The events that a run with this end would have told; every host one after the other. */
export function eventsOf(run: RunReport): readonly EngineEvent[] {
  const hosts = run.hosts.map((one) => one.host);
  return [
    { type: 'run-started', mode: run.mode, hosts, steps: 5 },
    ...run.hosts.flatMap(eventsOfHost),
    { type: 'run-finished', report: run },
  ];
}

function eventsOfHost(one: HostReport): readonly EngineEvent[] {
  const { host, steps } = one;
  const finished: EngineEvent = { type: 'host-finished', host, report: one };
  if (one.status === 'unreachable') return [{ type: 'host-started', host }, finished];
  const changes = steps.reduce((sum, report) => sum + report.changes.length, 0);
  return [
    { type: 'host-started', host },
    { type: 'host-connected', host },
    { type: 'host-observed', host, steps: steps.length, changes },
    ...steps.flatMap((report): readonly EngineEvent[] => [
      ...(report.changes.length > 0
        ? [
            {
              type: 'step-started',
              host,
              step: report.step,
              action: `working on ${report.step.name}`,
            } as const,
          ]
        : []),
      { type: 'step-finished', host, report },
    ]),
    finished,
  ];
}
