import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineEvent, HostReport, RunReport } from '../../src/engine/events.ts';
import { type Lab, type LabHost, openLab } from '../lab/index.ts';
import { type Cut, CuttingLink, type Traffic } from '../support/cutting-link.ts';
import { labName } from '../support/lab-name.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';
import { seededRandom } from '../support/random.ts';
import { runSteps } from '../support/run-steps.ts';

const MOMENTS = 100;
/** Another one finds other moments; a failure tells which it was. */
const SEED = Number(process.env.PROVISION_SEED ?? 20_240_607);
const UPLOAD = 2_000_000;

/** Where a connection may be cut: from one event of the engine to the next. */
const PHASES = ['handshake', 'login', 'observe', 'lock', 'upload', 'apply', 'observe again'] as const;
type Phase = (typeof PHASES)[number];

let lab: Lab;
let hosts: readonly LabHost[];
let directory: string;
let artifactHash: string;

beforeAll(async () => {
  lab = await openLab({ name: labName('cut') });
  hosts = await lab.up({ bookworm: 2, bullseye: 1, trixie: 1, busybox: 1 });
  directory = mkdtempSync(join(tmpdir(), 'provision-cut-'));
  const artifact = randomBytes(UPLOAD);
  artifactHash = createHash('sha256').update(artifact).digest('hex');
  writeFileSync(join(directory, 'artifact'), artifact);
  mkdirSync(join(directory, 'tree/sub'), { recursive: true });
  for (let at = 0; at < 60; at += 1) writeFileSync(join(directory, `tree/sub/${at}`), randomBytes(2000));
  execFileSync('tar', ['-C', directory, '-czf', join(directory, 'tree.tar.gz'), 'tree']);
});
afterAll(async () => {
  await lab?.down();
  if (directory !== undefined) rmSync(directory, { recursive: true });
});

const STEPS = [
  { directory: { path: '/opt/cut/a', parents: true } },
  { file: { path: '/opt/cut/a/small', content: `${'small\n'.repeat(500)}` } },
  { upload: { src: 'artifact', dest: '/opt/cut/artifact' } },
  { upload: { src: 'tree.tar.gz', dest: '/opt/cut/tree.tar.gz' } },
  { extract: { src: '/opt/cut/tree.tar.gz', dest: '/opt/cut/tree' } },
  { link: { path: '/opt/cut/link', target: '/opt/cut/tree' } },
  { command: { shell: 'sleep 0.2; echo made >/opt/cut/made', creates: '/opt/cut/made' } },
];

interface Tried {
  readonly report: RunReport;
  readonly host: HostReport;
}

async function attempt(
  host: LabHost,
  link: { readonly address: string; readonly port: number },
  options: Omit<Parameters<typeof runSteps>[2] & object, 'baseDirectory'> & {
    readonly keepalive?: number;
  } = {},
): Promise<Tried> {
  const { keepalive = 10_000, ...rest } = options;
  const target = { name: host.name, ...link, keyPath: lab.privateKey, keepalive };
  const { report, refused } = await runSteps(target, STEPS, { ...rest, baseDirectory: directory });
  if (report === undefined) throw new Error(`refused: ${refused?.join('; ')}`);
  return { report, host: report.hosts[0]! };
}

/** How much has come through when a phase is over. */
async function measure(host: LabHost): Promise<ReadonlyMap<Phase, readonly [Traffic, Traffic]>> {
  const link = await CuttingLink.to(host);
  const marks: Partial<Record<string, Traffic>> = {};
  const { host: report } = await attempt(host, near(link), {
    told: (event) => {
      marks[nameOf(event)] ??= { ...link.traffic };
    },
  });
  const end = { ...link.traffic };
  link.close();
  expect(report.status, JSON.stringify(report)).toBe('changed');
  const at = (name: string): Traffic => {
    const mark = marks[name];
    if (mark === undefined) throw new Error(`${name} was not told`);
    return mark;
  };
  const connected = at('host-connected');
  // The key exchange is the first part of the login.
  const keys = { up: Math.round(connected.up * 0.6), down: Math.round(connected.down * 0.6) };
  const uploaded = at('step-finished 3');
  return new Map([
    ['handshake', [{ up: 0, down: 0 }, keys]],
    ['login', [keys, connected]],
    ['observe', [connected, at('host-observed')]],
    ['lock', [at('host-observed'), at('step-started 1')]],
    ['upload', [at('step-started 3'), uploaded]],
    ['apply', [at('step-started 1'), end]],
    ['observe again', [uploaded, end]],
  ]);
}

function nameOf(event: EngineEvent): string {
  if (event.type === 'step-started') return `step-started ${event.step.line}`;
  return event.type === 'step-finished' ? `step-finished ${event.report.step.line}` : event.type;
}

const near = (link: CuttingLink) => ({ address: '127.0.0.1', port: link.port });

test(`cut at ${MOMENTS} moments, nothing is taken for done that is not, and the next run brings it about`, async () => {
  const counts = new Map<Phase, number>();
  let fired = 0;
  let moment = 0;
  const work = async (host: LabHost, index: number): Promise<void> => {
    const random = seededRandom(SEED + index);
    const phases = await measure(host);
    await clean(host);
    while (moment < MOMENTS) {
      const number = moment++;
      const phase = PHASES[number % PHASES.length]!;
      const [from, to] = phases.get(phase)!;
      const direction = random() < 0.5 ? 'up' : 'down';
      const at = from[direction] + Math.floor(random() * (to[direction] - from[direction] + 1));
      const cut: Cut = { direction, at, how: random() < 0.7 ? 'reset' : 'silence' };
      const about = `moment ${number} of seed ${SEED}, ${host.name}, ${phase}: ${JSON.stringify(cut)}`;
      if (await survives(host, cut, about)) fired += 1;
      counts.set(phase, (counts.get(phase) ?? 0) + 1);
    }
  };
  await Promise.all(hosts.map(work));
  for (const phase of PHASES) expect(counts.get(phase), phase).toBeGreaterThan(10);
  // What comes through is not the same to the byte every time.
  expect(fired).toBeGreaterThan(MOMENTS * 0.8);
}, 600_000);

async function survives(host: LabHost, cut: Cut, about: string): Promise<boolean> {
  const link = await CuttingLink.to(host);
  link.cutNext(cut);
  const first = await attempt(host, near(link), { keepalive: 400 });
  const { wasCut } = link;
  const { status, steps } = first.host;
  // Cut after the last answer it may still be done.
  if (status === 'ok' || status === 'changed') expect(steps.length, about).toBe(STEPS.length);
  else expect(['failed', 'unreachable'], about).toContain(status);
  if (status === 'failed')
    expect(
      steps.some(({ failure }) => failure?.unknown === true),
      about,
    ).toBe(true);
  // What it called done is so.
  const { host: looked } = await attempt(host, host, { mode: 'dry-run' });
  for (const step of steps.filter((one) => one.status === 'ok' || one.status === 'changed')) {
    const now = looked.steps.find(({ step: { line } }) => line === step.step.line);
    expect(now?.status, `${about}: step ${step.step.line} was ${step.status}`).toBe('ok');
  }
  const second = await attempt(host, host, { lockWait: 30_000 });
  expect(['ok', 'changed'], `${about}: ${JSON.stringify(second.host)}`).toContain(second.host.status);
  const third = await attempt(host, host, { lockWait: 0 });
  expect(third.host.status, `${about}: ${JSON.stringify(third.host)}`).toBe('ok');
  link.close();
  await isWhole(host, about);
  await nothingOfOurs(lab, [host]);
  await clean(host);
  return wasCut;
}

async function isWhole(host: LabHost, about: string): Promise<void> {
  const script = `sha256sum </opt/cut/artifact; ls /opt/cut/tree/tree/sub | wc -l; cat /opt/cut/made; find /opt /tmp /etc /root -name ".provision-*"`;
  const { stdout } = await lab.exec(host, script);
  const [hash = '', files = '', made, ...left] = stdout.trim().split('\n');
  expect(hash.split(' ')[0], about).toBe(artifactHash);
  expect([files.trim(), made], about).toEqual(['60', 'made']);
  expect(left, about).toEqual([]);
}

async function clean(host: LabHost): Promise<void> {
  await lab.exec(host, 'rm -rf /opt/cut');
}
