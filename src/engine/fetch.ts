import type { FrameResult } from '../ssh/frames.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { Frame } from '../ssh/remote-shell.ts';
import type { HostState } from './host-state.ts';
import type { LocalAnswers } from './local-answers.ts';
import { type HostLook, type HostLookKind, type Look, LookError } from './look.ts';
import { keepByRealPath } from './real-answers.ts';

/** Finds the missing answers of the controller's own looks; returns the looks that are left for the host. */
export async function fetchLocal(
  missing: ReadonlyMap<string, Look<unknown>>,
  state: HostState,
  shared: LocalAnswers,
): Promise<Map<string, HostLook<unknown>>> {
  const forHost = new Map<string, HostLook<unknown>>();
  for (const [key, look] of missing) {
    if (look.where === 'host') {
      forHost.set(key, look);
      continue;
    }
    state.answers.set(key, await shared.answer(look));
  }
  return forHost;
}

/** The looks of one acting user as frames: one for each kind of look. */
export interface LookBatch {
  readonly frames: readonly Frame[];
  /** Milliseconds. */
  readonly timeout: number;
  /** Keeps the answers; takes the results of exactly these frames. */
  readonly keep: (results: readonly FrameResult[], mark: string) => void;
}

/** Groups looks by the user that asks them. */
export function byUser(
  looks: ReadonlyMap<string, HostLook<unknown>>,
): Map<string, Map<string, HostLook<unknown>>> {
  const users = new Map<string, Map<string, HostLook<unknown>>>();
  for (const [key, look] of looks) {
    const user = key.slice(0, key.indexOf('\u0000'));
    const mine = users.get(user) ?? new Map<string, HostLook<unknown>>();
    users.set(user, mine);
    mine.set(key, look);
  }
  return users;
}

/** Prepares looks of one user for a trip. */
export function lookBatch(
  user: string,
  looks: ReadonlyMap<string, HostLook<unknown>>,
  state: HostState,
): LookBatch {
  const kinds = new Map<HostLookKind<never, unknown>, { keys: string[]; queries: never[] }>();
  for (const [key, look] of looks) {
    const group = kinds.get(look.kind) ?? { keys: [], queries: [] };
    kinds.set(look.kind, group);
    group.keys.push(key);
    group.queries.push(look.query as never);
  }
  const groups = [...kinds];
  const { lookContext: context } = state;
  return {
    frames: groups.map(([kind, { queries }]) => ({ script: kind.script(queries, context) })),
    timeout: groups.reduce((sum, [kind]) => sum + (kind.timeout ?? 60), 0) * 1000,
    keep: (results, mark) => {
      groups.forEach(([kind, { keys, queries }], index) => {
        const result = results[index];
        if (result === undefined) return;
        const answers = parseAnswers(kind, queries, { ...result, mark }, state);
        keys.forEach((key, at) => {
          state.answers.set(key, answers[at]);
          const look = looks.get(key);
          if (look !== undefined) state.looks.set(key, look);
        });
      });
      keepByRealPath(user, looks, state);
    },
  };
}

function parseAnswers(
  kind: HostLookKind<never, unknown>,
  queries: readonly never[],
  output: FrameResult & { mark: string },
  state: HostState,
): readonly unknown[] {
  try {
    const answers = kind.parse(output, queries, state.lookContext);
    if (answers.length === queries.length) return answers;
    throw new LookError(`the host gave ${answers.length} answers to ${queries.length} questions`);
  } catch (error) {
    if (!(error instanceof LookError)) throw error;
    const said = output.stderr.toString('utf8').trim().split('\n').slice(-2).join(' / ').slice(0, 300);
    const failed = new LookError(
      `observing (${kind.name}) failed: ${error.message}${said === '' ? '' : ` (the host said: ${said})`}`,
    );
    return queries.map(() => failed);
  }
}

/** Asks the host all looks in one trip (one for each acting user, at the same time). */
export async function fetchFromHost(
  looks: ReadonlyMap<string, HostLook<unknown>>,
  state: HostState,
  session: HostSession,
): Promise<void> {
  await Promise.all(
    [...byUser(looks)].map(async ([user, mine]) => {
      const batch = lookBatch(user, mine, state);
      const { results, mark } = await session.run(user, batch.frames, { timeout: batch.timeout });
      batch.keep(results, mark);
    }),
  );
}
