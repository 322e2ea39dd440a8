import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect } from 'vitest';
import { changeToJson } from '../../src/engine/change.ts';
import type { RunMode, RunReport, StepReport } from '../../src/engine/events.ts';
import type { Json } from '../../src/engine/json.ts';
import type { TransportName } from '../../src/inventory/transports.ts';
import type { Lab, LabHost, Mark } from '../lab/index.ts';
import { nothingOfOurs } from '../support/nothing-of-ours.ts';
import { runSteps } from '../support/run-steps.ts';
import type { ContractCase } from './case.ts';

/** Tries a case on a host that is in its first state, which `first` marks. */
export async function tryCase(
  lab: Lab,
  host: LabHost,
  first: Mark,
  one: ContractCase,
  transport?: TransportName,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'provision-contract-'));
  try {
    for (const [name, content] of Object.entries(one.files ?? {})) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    if (one.prepare !== undefined) await succeed(lab, host, one.prepare, 'prepare');
    const perform = (mode: RunMode) => steps(lab, host, one, mode, { directory, transport });
    const mark = await lab.mark(host);
    const predicted = await perform('dry-run');
    expect(await lab.written(host, mark), 'the dry run must write nothing').toEqual([]);
    const refusal = one.refusedOn?.[host.distro];
    if (refusal !== undefined) {
      expect(predicted.problems.join('\n')).toMatch(refusal);
      expect((await perform('apply')).problems.join('\n')).toMatch(refusal);
      return;
    }
    expect(predicted.problems, 'the dry run finds no problem').toEqual([]);
    if (one.expectChanges !== undefined) expect(predicted.changes).toHaveLength(one.expectChanges);
    const applied = await perform('apply');
    expect(applied.problems, 'apply succeeds').toEqual([]);
    expect(applied.changes, 'apply makes the changes that the dry run lists').toEqual(predicted.changes);
    if (one.after !== undefined) await succeed(lab, host, one.after, 'after');
    const drift = await perform('drift');
    expect(drift.problems).toEqual([]);
    expect(drift.convergent, 'nothing has drifted after apply').toEqual([]);
    const again = await perform('apply');
    expect(again.problems).toEqual([]);
    expect(again.convergent, 'apply again changes nothing').toEqual([]);
    expect(await leftovers(lab, host, first), 'no temporary file is left behind').toEqual([]);
    await nothingOfOurs(lab, [host], { files: false });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Tried {
  readonly changes: readonly Json[];
  /** Without the commands that run on every apply. */
  readonly convergent: readonly Json[];
  readonly problems: readonly string[];
}

async function steps(
  lab: Lab,
  host: LabHost,
  one: ContractCase,
  mode: RunMode,
  { directory, transport }: { readonly directory: string; readonly transport: TransportName | undefined },
): Promise<Tried> {
  const target = { name: host.name, address: host.address, port: host.port, keyPath: lab.privateKey };
  const { report, refused } = await runSteps(target, one.steps as readonly Record<string, unknown>[], {
    mode,
    baseDirectory: directory,
    deep: one.deep ?? false,
    ...(transport === undefined ? {} : { transport }),
  });
  if (report === undefined) return { changes: [], convergent: [], problems: refused ?? [] };
  return {
    changes: changesOf(report, () => true),
    convergent: changesOf(report, ({ always }) => always !== true),
    problems: problemsOf(report),
  };
}

function changesOf(report: RunReport, counts: (step: StepReport) => boolean): readonly Json[] {
  return report.hosts.flatMap(({ steps }) =>
    steps.filter(counts).flatMap(({ changes }) => changes.map(changeToJson)),
  );
}

function problemsOf(report: RunReport): readonly string[] {
  return report.hosts.flatMap((host) => [
    ...(host.connection === undefined ? [] : [host.connection.message]),
    ...host.steps.flatMap(({ failure, ignored }) =>
      failure === undefined || ignored === true
        ? []
        : [[failure.message, failure.hint, failure.stderr].join('\n')],
    ),
  ]);
}

async function succeed(lab: Lab, host: LabHost, script: string, what: string): Promise<void> {
  const { code, stdout, stderr } = await lab.exec(host, script);
  expect(code, `${what}: ${script}\n${stdout}${stderr}`).toBe(0);
}

/** What was made since the host's first state, by the case or before it, and is named like the tool's own files. */
async function leftovers(lab: Lab, host: LabHost, first: Mark): Promise<readonly string[]> {
  const written = await lab.written(host, first, { withNoise: true });
  return written.filter((path) => basename(path).startsWith('.provision-'));
}
