import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import type { EngineEvent, RunMode, RunReport } from '../../src/engine/events.ts';
import type { HostProgram } from '../../src/engine/host-program.ts';
import type { HashProof } from '../../src/engine/look.ts';
import type { Play, PlaybookStep } from '../../src/engine/playbook.ts';
import { run } from '../../src/engine/run.ts';
import { createScope } from '../../src/expressions/scope.ts';
import type { CompiledValue } from '../../src/expressions/value.ts';
import type { TransportName } from '../../src/inventory/transports.ts';
import { HostSession } from '../../src/ssh/host-session.ts';
import type { OpenSshSettings } from '../../src/ssh/system/settings.ts';
import { STEP_KINDS } from '../../src/steps/index.ts';

export interface RunStepsTarget {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Default root. */
  readonly user?: string;
  readonly keyPath: string;
  /** Milliseconds between signs of life. Default 5,000. */
  readonly keepalive?: number;
}

/**
 * Runs steps, given as in a playbook but without `{{ }}`, on one real host with the real engine. For trying
 * step kinds out and for tests below the command line.
 */
export async function runSteps(
  target: RunStepsTarget,
  steps: readonly Readonly<Record<string, unknown>>[],
  options: {
    readonly mode?: RunMode;
    readonly become?: boolean;
    readonly deep?: boolean;
    readonly baseDirectory?: string;
    readonly proofs?: Map<string, HashProof>;
    /** Milliseconds to wait for another run. */
    readonly lockWait?: number;
    readonly told?: (event: EngineEvent) => void;
    readonly signal?: AbortSignal;
    /** Default: PROVISION_TRANSPORT, else ssh2. */
    readonly transport?: TransportName;
  } = {},
): Promise<{
  readonly report?: RunReport;
  readonly refused?: readonly string[];
  readonly events: EngineEvent[];
}> {
  const events: EngineEvent[] = [];
  const program = stepsProgram(target.name, steps, { ...options, user: target.user ?? 'root' });
  const key = ssh2.utils.parseKey(readFileSync(target.keyPath));
  if (key instanceof Error) throw key;
  const proofs = options.proofs ?? new Map<string, HashProof>();
  const result = await run({
    mode: options.mode ?? 'apply',
    programs: [program],
    concurrency: 1,
    deep: options.deep ?? false,
    connect: () =>
      HostSession.open({
        address: target.address,
        port: target.port,
        user: program.loginUser,
        login: { identities: [{ kind: 'ready', name: target.keyPath, key }] },
        hostKeys: { knownTypes: [], check: () => ({ trusted: true }) },
        timeout: 30_000,
        keepalive: target.keepalive ?? 5_000,
        ...((options.transport ?? process.env.PROVISION_TRANSPORT) === 'openssh'
          ? { openSsh: openSsh(target, program.loginUser) }
          : {}),
      }),
    memory: {
      load: async () => ({ proofs, facts: new Map() }),
      save: async (_, memory) => {
        for (const [path, proof] of memory.proofs) proofs.set(path, proof);
      },
    },
    ...(options.lockWait === undefined ? {} : { lockWait: options.lockWait }),
    emit: (event) => {
      events.push(event);
      options.told?.(event);
    },
    signal: options.signal ?? new AbortController().signal,
  });
  if (result.kind === 'refused') return { refused: result.problems.map(({ message }) => message), events };
  return { report: result.report, events };
}

/** For trying the same over the system's ssh. */
function openSsh({ address, port, keyPath }: RunStepsTarget, user: string): OpenSshSettings {
  return {
    name: address,
    port,
    user,
    knownHosts: ['/dev/null'],
    hostKeyPolicy: 'accept-new',
    jumpPolicy: 'strict',
    identityFiles: [keyPath],
    proxyJump: [],
    jumpHosts: [],
    rooms: [],
  };
}

/** Steps, given as in a playbook but without `{{ }}`, as what one host is to become. */
export function stepsProgram(
  host: string,
  steps: readonly Readonly<Record<string, unknown>>[],
  options: { readonly user?: string; readonly become?: boolean; readonly baseDirectory?: string } = {},
): HostProgram {
  const { user = 'root' } = options;
  const play: Play = {
    name: 'test',
    hosts: host,
    hostsOrigin: origin(0),
    vars: new Map(),
    steps: steps.map(toStep),
    baseDirectory: options.baseDirectory ?? process.cwd(),
  };
  return {
    host,
    loginUser: user,
    become: { enabled: options.become ?? user !== 'root', user: 'root' },
    sections: [{ play, steps: play.steps, scope: createScope({}), variables: [] }],
  };
}

function toStep(step: Readonly<Record<string, unknown>>, index: number): PlaybookStep {
  const name = Object.keys(step).find((key) => STEP_KINDS.has(key));
  const kind = STEP_KINDS.get(name ?? '');
  if (name === undefined || kind === undefined) throw new Error(`no known kind in ${JSON.stringify(step)}`);
  return {
    id: `test#${index + 1}`,
    kind,
    args: constant(step[name]),
    checkArgs: () => undefined,
    when: [],
    tags: [],
    retries: Number(step.retries ?? 0),
    delay: Number(step.delay ?? 1),
    timeout: Number(step.timeout ?? 300),
    ignoreErrors: step.ignore_errors === true,
    origin: origin(index + 1),
    ...(typeof step.become === 'boolean' ? { become: step.become } : {}),
    ...(typeof step.become_user === 'string' ? { becomeUser: step.become_user } : {}),
    ...(typeof step.register === 'string' ? { register: step.register } : {}),
  };
}

function constant(value: unknown): CompiledValue {
  return {
    raw: value,
    isConstant: true,
    references: [],
    diagnostics: [],
    evaluate: () => ({ ok: true, value, sensitive: false }),
  };
}

function origin(line: number): PlaybookStep['origin'] {
  const position = { line, column: 1, offset: 0 };
  return { file: 'test.yml', range: { start: position, end: position } };
}
