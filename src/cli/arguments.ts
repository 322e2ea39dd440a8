import type { TimeLimits } from '../engine/host-time.ts';
import { NOT_SET, number, one, type RawArguments, time, words } from './argument-values.ts';
import { type ConnectionArguments, readConnection } from './connection-arguments.ts';
import { type HostArguments, readHosts, requireInventory } from './host-arguments.ts';
import { UsageError } from './usage.ts';

export interface StepArguments {
  readonly playbooks: readonly string[];
  readonly tags: readonly string[];
  readonly skipTags: readonly string[];
}

export interface OutputArguments {
  readonly json: boolean;
  readonly diff: boolean;
  readonly progress: boolean;
  readonly color: boolean;
  readonly verbosity: number;
}

/**
 * Reads which playbooks are given, and which of their steps.
 *
 * @param command as whose help an example is given.
 * @throws UsageError
 */
export function readSteps(raw: RawArguments, command = 'provision'): StepArguments {
  const playbooks = (raw.playbooks ?? []) as readonly string[];
  if (playbooks.length === 0) {
    throw new UsageError(
      'no playbook is given',
      `for example: ${command} -i inventory/prod.yml playbooks/go.yml (${command} --help says more)`,
    );
  }
  if (playbooks.includes('')) throw new UsageError('the name of a playbook is empty', NOT_SET);
  return { playbooks, tags: words(raw, 'tags'), skipTags: words(raw, 'skip-tags') };
}

/** What `apply` and `drift` read alike. */
export interface PlaybookArguments {
  readonly hosts: HostArguments;
  readonly steps: StepArguments;
  readonly connection: ConnectionArguments;
  readonly output: OutputArguments;
  readonly concurrency: number | 'auto';
  readonly deep: boolean;
  readonly limits: TimeLimits;
}

/** Reads the options of a run over hosts. The playbook and the inventory are asked for first: they are always needed. */
export function readPlaybookRun(raw: RawArguments, command?: string): PlaybookArguments {
  const hosts = readHosts(raw);
  const steps = readSteps(raw, command);
  requireInventory(hosts);
  return {
    hosts,
    steps,
    connection: readConnection(raw),
    output: readOutput(raw),
    concurrency: readConcurrency(raw),
    deep: raw.deep === true,
    limits: readLimits(raw),
  };
}

function readLimits(raw: RawArguments): TimeLimits {
  const host = time(raw, 'host-timeout', 1, WEEK);
  const run = time(raw, 'run-timeout', 1, WEEK);
  return { ...(host === undefined ? {} : { host }), ...(run === undefined ? {} : { run }) };
}

/** In seconds: more than any run takes. */
const WEEK = 604_800;

/** Milliseconds to wait for another run that is changing a host. */
export function readLockWait(raw: RawArguments): number {
  return time(raw, 'lock-timeout', 0, 86_400) ?? 10_000;
}

/**
 * Reads how many hosts may be at work at the same time.
 *
 * @throws UsageError
 */
export function readConcurrency(raw: RawArguments): number | 'auto' {
  if ((one(raw, 'concurrency') ?? 'auto') === 'auto') return 'auto';
  const given = number(raw, 'concurrency', 1, 1, 100_000);
  if (!Number.isInteger(given)) throw new UsageError(`--concurrency must be a whole number, not ${given}`);
  return given;
}

/** Reads what is to be shown, and how. */
export function readOutput(raw: RawArguments): OutputArguments {
  return {
    json: raw.json === true,
    diff: raw.diff === true,
    progress: raw['no-progress'] !== true,
    color: raw['no-color'] !== true,
    verbosity: Number(raw.verbose ?? 0),
  };
}
