import type { HostSession } from '../ssh/host-session.ts';
import type { FrameResult } from '../ssh/session/frames.ts';
import type { Frame } from '../ssh/session/request-script.ts';
import type { HostState } from './host-state.ts';
import type { LocalAnswers } from './local-answers.ts';
import type { HostLook, HostLooks, Look } from './look.ts';
import { questionsOf } from './question.ts';
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
export function byUser(looks: HostLooks): Map<string, Map<string, HostLook<unknown>>> {
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
export function lookBatch(user: string, looks: HostLooks, state: HostState): LookBatch {
  const questions = questionsOf(looks);
  const { lookContext: context } = state;
  return {
    frames: questions.map((question) => ({
      script: question.script(context),
      ...(question.kind.inShell === true ? { inShell: true } : {}),
    })),
    timeout: questions.reduce((sum, { kind }) => sum + (kind.timeout ?? 60), 0) * 1000,
    keep: (results, mark) => {
      questions.forEach((question, index) => {
        const result = results[index];
        if (result === undefined) return;
        const answers = question.answers({ ...result, mark }, context);
        question.keys.forEach((key, at) => {
          state.answers.set(key, answers[at]);
        });
      });
      for (const [key, look] of looks) if (state.answers.has(key)) state.looks.set(key, look);
      keepByRealPath(user, looks, state);
    },
  };
}

const perUser = new WeakMap<HostLooks, Map<string, Map<string, HostLook<unknown>>>>();

/** Hosts that are asked the same share one set of looks, and what is made of it. */
function sharedByUser(looks: HostLooks): ReadonlyMap<string, HostLooks> {
  const known = perUser.get(looks) ?? byUser(looks);
  perUser.set(looks, known);
  return known;
}

/** What goes before the looks in their trip. */
export interface AlongFrame {
  readonly user: string;
  readonly frame: Frame;
  /** Milliseconds. */
  readonly timeout: number;
  readonly take: (result: FrameResult) => void;
}

/**
 * Asks the host all looks in one trip (one for each acting user, at the same time).
 *
 * @param along is done before the looks of its user.
 */
export async function fetchFromHost(
  looks: HostLooks,
  state: HostState,
  session: HostSession,
  along?: AlongFrame,
): Promise<void> {
  const users = [...sharedByUser(looks)];
  if (along !== undefined && !users.some(([user]) => user === along.user))
    users.push([along.user, new Map()]);
  await Promise.all(
    users.map(async ([user, mine]) => {
      const batch = lookBatch(user, mine, state);
      const before = along?.user === user ? along : undefined;
      const frames = before === undefined ? batch.frames : [before.frame, ...batch.frames];
      const timeout = batch.timeout + (before?.timeout ?? 0);
      const { results, mark } = await session.run(user, frames, { timeout });
      if (before !== undefined && results[0] !== undefined) before.take(results[0]);
      batch.keep(before === undefined ? results : results.slice(1), mark);
    }),
  );
}
