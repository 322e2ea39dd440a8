import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { blocksMarked, blocksOf, pages } from '../support/docs.ts';
import { tempFiles } from '../support/temp-files.ts';

/** What job systems read is parsed, compared with the words of their documentation, and its scripts are run. */

interface Node {
  readonly [key: string]: unknown;
}

/** Fields of the objects that the manifests use, by the path on which they stand (Kubernetes 1.33). */
const POD = 'spec.jobTemplate.spec.template.spec';
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': ['apiVersion', 'kind', 'metadata', 'spec'],
  metadata: ['name', 'namespace', 'labels', 'annotations'],
  spec: [
    ...['schedule', 'timeZone', 'concurrencyPolicy', 'startingDeadlineSeconds', 'suspend', 'jobTemplate'],
    ...['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'],
    ...['accessModes', 'resources', 'storageClassName', 'volumeMode', 'volumeName'],
  ],
  'spec.resources': ['requests', 'limits'],
  'spec.resources.requests': ['storage'],
  'spec.jobTemplate': ['metadata', 'spec'],
  'spec.jobTemplate.spec': [
    ...['activeDeadlineSeconds', 'backoffLimit', 'backoffLimitPerIndex', 'completionMode', 'completions'],
    ...['maxFailedIndexes', 'parallelism', 'podFailurePolicy', 'successPolicy', 'suspend', 'template'],
    'ttlSecondsAfterFinished',
  ],
  'spec.jobTemplate.spec.podFailurePolicy': ['rules'],
  'spec.jobTemplate.spec.podFailurePolicy.rules': ['action', 'onExitCodes', 'onPodConditions'],
  'spec.jobTemplate.spec.podFailurePolicy.rules.onExitCodes': ['containerName', 'operator', 'values'],
  'spec.jobTemplate.spec.podFailurePolicy.rules.onPodConditions': ['type', 'status'],
  'spec.jobTemplate.spec.template': ['metadata', 'spec'],
  [POD]: [
    ...['automountServiceAccountToken', 'containers', 'restartPolicy', 'securityContext', 'volumes'],
    ...['serviceAccountName', 'nodeSelector', 'tolerations', 'terminationGracePeriodSeconds'],
  ],
  [`${POD}.securityContext`]: ['runAsNonRoot', 'runAsUser', 'runAsGroup', 'fsGroup', 'seccompProfile'],
  [`${POD}.containers`]: [
    ...['name', 'image', 'imagePullPolicy', 'workingDir', 'command', 'args', 'env', 'envFrom'],
    ...['resources', 'securityContext', 'volumeMounts'],
  ],
  [`${POD}.containers.env`]: ['name', 'value', 'valueFrom'],
  [`${POD}.containers.resources`]: ['requests', 'limits'],
  [`${POD}.containers.resources.requests`]: ['cpu', 'memory'],
  [`${POD}.containers.resources.limits`]: ['cpu', 'memory'],
  [`${POD}.containers.securityContext`]: [
    ...['allowPrivilegeEscalation', 'capabilities', 'privileged', 'readOnlyRootFilesystem'],
  ],
  [`${POD}.containers.securityContext.capabilities`]: ['add', 'drop'],
  [`${POD}.containers.volumeMounts`]: ['name', 'mountPath', 'readOnly', 'subPath'],
  [`${POD}.volumes`]: ['name', 'persistentVolumeClaim', 'secret', 'configMap', 'emptyDir'],
  [`${POD}.volumes.persistentVolumeClaim`]: ['claimName', 'readOnly'],
  [`${POD}.volumes.secret`]: ['secretName', 'defaultMode', 'items', 'optional'],
};

const manifests = pages().flatMap((page) =>
  blocksMarked(page, 'yaml', 'manifest').flatMap(({ line, text }) =>
    loadAll(text).map((value) => {
      const { kind, metadata } = value as { kind: string; metadata: { name: string } };
      return { title: `${page}:${line}: ${kind} ${metadata.name}`, kind, value: value as Node };
    }),
  ),
);

/** Every object, with the path on which it stands; lists are passed through. */
function objects(value: unknown, path = ''): readonly (readonly [path: string, keys: readonly string[]])[] {
  if (Array.isArray(value)) return value.flatMap((item) => objects(item, path));
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, member]) =>
    objects(member, path === '' ? key : `${path}.${key}`),
  );
  return [[path, Object.keys(value)], ...inside];
}

test('there are manifests', () => {
  expect(manifests.map(({ kind }) => kind)).toEqual(['PersistentVolumeClaim', 'CronJob', 'CronJob']);
});

test.each(manifests)('$title: every field is one', ({ value }) => {
  for (const [path, keys] of objects(value)) {
    expect(FIELDS[path], `nothing is known of ${path}`).toBeDefined();
    expect(FIELDS[path], path).toEqual(expect.arrayContaining([...keys]));
  }
});

interface JobSpec {
  readonly completionMode?: string;
  readonly completions?: number;
  readonly parallelism?: number;
  readonly backoffLimitPerIndex?: number;
  readonly activeDeadlineSeconds: number;
  readonly podFailurePolicy?: {
    readonly rules: readonly { readonly onExitCodes?: { containerName: string } }[];
  };
  readonly template: { readonly spec: PodSpec };
}
interface PodSpec {
  readonly restartPolicy: string;
  readonly containers: readonly {
    readonly name: string;
    readonly args: readonly [string];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly { readonly name: string; readonly secret?: { readonly defaultMode: number } }[];
}
interface CronJob {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly startingDeadlineSeconds: number;
    readonly jobTemplate: { readonly spec: JobSpec };
  };
}

const [parts, report] = manifests
  .filter(({ kind }) => kind === 'CronJob')
  .map(({ value }) => value as unknown as CronJob) as [CronJob, CronJob];
const job = parts.spec.jobTemplate.spec;

describe('the jobs of Kubernetes', () => {
  test.each([
    ['parts', parts],
    ['report', report],
  ])('%s: what is mounted is there, and secrets are for their owner alone', (_, { spec }) => {
    const { containers, volumes, restartPolicy } = spec.jobTemplate.spec.template.spec;
    expect(restartPolicy).toBe('Never');
    const names = volumes.map(({ name }) => name);
    for (const { volumeMounts, args } of containers) {
      expect(volumeMounts.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
      for (const { mountPath } of volumeMounts)
        if (mountPath !== '/fleet') expect(args[0]).toContain(mountPath);
    }
    for (const { secret } of volumes) if (secret !== undefined) expect(secret.defaultMode).toBe(0o400);
  });

  test('are as many as the script says, and may fail one by one', () => {
    const { completions, parallelism, template } = job;
    expect(job).toMatchObject({ completionMode: 'Indexed', backoffLimitPerIndex: 1 });
    expect(parallelism).toBe(completions);
    expect(template.spec.containers[0]?.args[0]).toContain(`--shard "$part/${completions}"`);
    const named = job.podFailurePolicy?.rules.flatMap(({ onExitCodes }) => onExitCodes?.containerName ?? []);
    expect(named).toEqual([template.spec.containers[0]?.name]);
  });

  test('are over, on the same day, before the report is made', () => {
    const minutes = ({ spec }: CronJob): number => {
      const [minute = 0, hour = 0] = spec.schedule.split(' ').map(Number);
      return hour * 60 + minute;
    };
    expect(parts.spec.timeZone).toBe(report.spec.timeZone);
    const end = minutes(parts) + (parts.spec.startingDeadlineSeconds + job.activeDeadlineSeconds) / 60;
    expect(end).toBeLessThan(minutes(report));
  });
});

/** Runs a script of a job with a `provision` that tells how it was called, and ends with a code. */
function runScript(script: string, code: number, env: Readonly<Record<string, string>> = {}) {
  const folder = tempFiles({ 'bin/provision': `#!/bin/sh\necho "$@"\nexit ${code}\n` });
  chmodSync(join(folder, 'bin/provision'), 0o755);
  for (const place of ['results', 'fleet', 'ssh']) mkdirSync(join(folder, place));
  const moved = script.replaceAll(/(\/srv)?\/(results|fleet|ssh)\b/g, `${folder}/$2`);
  const { status, stdout, stderr } = spawnSync('sh', ['-c', moved], {
    cwd: folder,
    env: { PATH: `${folder}/bin:${process.env.PATH}`, ...env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return { status, stdout, folder };
}

const DAY = new Date().toISOString().slice(0, 10);
const CODES = [
  [0, 0],
  [2, 0],
  [3, 0],
  [4, 0],
  [1, 1],
  [130, 130],
] as const;

describe('scripts', () => {
  const kubernetes = job.template.spec.containers[0]!.args[0];
  const nomad = blocksOf('docs/operations.md').find(({ text }) =>
    text.startsWith('# /srv/fleet/part.sh'),
  )!.text;
  const github = blocksMarked('docs/operations.md', 'yaml', 'ci').find(({ text }) =>
    text.includes('.github'),
  )!;

  test.each(CODES)('Kubernetes: a part that ends with %i ends its pod with %i', (code, ended) => {
    const { status, folder } = runScript(kubernetes, code, { JOB_COMPLETION_INDEX: '1' });
    expect(status).toBe(ended);
    const said = readFileSync(join(folder, `results/${DAY}/part-2.jsonl`), 'utf8');
    expect(said).toContain('drift -i inventory/prod.yml playbooks/go.yml --json --shard 2/8 --private-key');
  });

  test('Kubernetes: the report is of all parts, and its code that of the job', () => {
    const script = report.spec.jobTemplate.spec.template.spec.containers[0]!.args[0];
    const prepared = `mkdir -p /results/${DAY}; : >/results/${DAY}/part-1.jsonl; : >/results/${DAY}/part-2.jsonl
mkdir /results/2020-01-01 /results/cache; touch -d 2020-01-01 /results/2020-01-01 /results/cache
${script}`;
    const { status, stdout, folder } = runScript(prepared, 2);
    expect(status).toBe(2);
    expect(stdout).toBe(
      `report merge ${folder}/results/${DAY}/part-1.jsonl ${folder}/results/${DAY}/part-2.jsonl\n`,
    );
    expect(existsSync(join(folder, 'results/2020-01-01'))).toBe(false);
    expect(existsSync(join(folder, 'results/cache'))).toBe(true);
  });

  test.each(CODES)('Nomad: %i gives %i', (code, ended) => {
    const { status, folder } = runScript(nomad, code, {
      NOMAD_ALLOC_INDEX: '7',
      NOMAD_SECRETS_DIR: '/secrets',
    });
    expect(status).toBe(ended);
    expect(readFileSync(join(folder, 'results/part-8.jsonl'), 'utf8')).toContain('--shard 8/8');
  });

  test.each(CODES)('GitHub: %i gives %i', (code, ended) => {
    interface Workflow {
      readonly jobs: {
        readonly drift: {
          readonly strategy: { readonly matrix: { readonly part: readonly number[] } };
          readonly steps: readonly { readonly name?: string; readonly run?: string }[];
        };
      };
    }
    const { drift } = (load(github.text) as Workflow).jobs;
    const script = drift.steps
      .find(({ name }) => name === 'One part')!
      .run!.replaceAll(`\${{ matrix.part }}`, '3')
      .replaceAll(`\${{ strategy.job-total }}`, String(drift.strategy.matrix.part.length));
    // As its runner does.
    const { status, folder } = runScript(`set -e\n${script}`, code);
    expect(status).toBe(ended);
    expect(readFileSync(join(folder, 'part-3.jsonl'), 'utf8')).toContain('--shard 3/8');
  });

  test('GitLab: each node its part', () => {
    interface Pipeline {
      readonly drift: {
        readonly parallel: number;
        readonly before_script: readonly string[];
        readonly script: readonly string[];
        readonly allow_failure: { readonly exit_codes: readonly number[] };
        readonly artifacts: { readonly when: string; readonly paths: readonly string[] };
      };
      readonly report: {
        readonly needs: readonly string[];
        readonly when: string;
        readonly script: readonly string[];
      };
    }
    const text = blocksMarked('docs/operations.md', 'yaml', 'ci').find((block) =>
      block.text.includes('.gitlab'),
    )!.text;
    const { drift, report: last } = load(text) as Pipeline;
    const file = join(tempFiles({ key: '' }), 'key');
    writeFileSync(file, 'key', { mode: 0o666 });
    const env = { CI_NODE_INDEX: '8', CI_NODE_TOTAL: String(drift.parallel), SSH_KEY: file };
    const script = [...drift.before_script, ...drift.script].join('\n');
    const { status, folder } = runScript(script, 2, env);
    expect(status).toBe(2);
    expect(drift.allow_failure.exit_codes).toEqual([2, 3, 4]);
    expect(readFileSync(join(folder, drift.artifacts.paths[0]!, '8.jsonl'), 'utf8')).toContain('--shard 8/8');
    expect(drift.artifacts.when).toBe('always');
    expect(last).toMatchObject({ needs: ['drift'], when: 'always' });
    expect(runScript(last.script.join('\n'), 3).status).toBe(3);
  });
});
