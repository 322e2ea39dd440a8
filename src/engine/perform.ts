import { knownSecrets } from '../secrets/known.ts';
import { joinShell, type Shell, sh } from '../shell/quote.ts';
import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { InputProgress } from '../ssh/session/remote-shell.ts';
import type { Frame } from '../ssh/session/request-script.ts';
import type { StepProblem } from './events.ts';
import { byUser, fetchFromHost, lookBatch } from './fetch.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HashProof, HostLook, HostLooks } from './look.ts';
import type { Action, ActionResult } from './step-kind.ts';

export interface Performed {
  readonly problem?: StepProblem;
  readonly output: { readonly [key: string]: Json };
  /** The guard could not be armed, so nothing was done at all. */
  readonly unarmed?: true;
  /** Makes the looks of a framed work, which wait until the change is proven. Rejects with ConnectionError. */
  readonly look?: () => Promise<void>;
}

/**
 * Goes along in the same trip: `before` must end with 0 or nothing is done, `after` runs in any case. From then on the time
 * for the proof runs, so that no look is made in that trip: one may read for half an hour.
 */
export interface Framing {
  readonly before: Shell;
  readonly after: Shell;
}

export interface TimeToAct {
  /** Seconds that a command may run on the host. */
  readonly seconds: number;
  /** Milliseconds until the controller gives the host up. */
  readonly timeout: number;
}

type PathProof = HashProof & { readonly path: string };

/**
 * Carries out a step's actions and looks again at what they touched, in one round trip (looks of other acting
 * users cost one more). An action that fails stops the ones after it; the looks are made in any case, so
 * that what is known afterwards is what is there. With a framing they are left to the caller (`look`).
 */
export async function perform(
  actions: readonly Action[],
  user: string,
  lookAgain: HostLooks,
  state: HostState,
  session: HostSession,
  { seconds, timeout }: TimeToAct,
  onInput?: InputProgress,
  framing?: Framing,
): Promise<Performed> {
  const proves = actions.at(-1)?.proves !== undefined;
  // What the last action proves need not be asked, but what that is, is known only when it has ended.
  const later = new Map(
    [...lookAgain].filter(
      ([key, { kind }]) => proves && kind.proven !== undefined && key.startsWith(`${user}\u0000`),
    ),
  );
  const perUser = byUser(new Map([...lookAgain].filter(([key]) => !later.has(key))));
  const mine = framing === undefined ? perUser.get(user) : undefined;
  if (mine !== undefined) perUser.delete(user);
  const batch = mine === undefined ? undefined : lookBatch(user, mine, state);
  const frames: Frame[] = actions.map((action) => ({
    script: joinShell([sh`set -eu; p_limit=${seconds}`, action.script]),
    onlyIfOk: true,
    ...(action.input === undefined ? {} : { input: action.input }),
  }));
  const framed = framing === undefined ? frames : inFraming(frames, framing);
  const request = session.run(user, [...framed, ...(batch?.frames ?? [])], {
    timeout: timeout + (batch?.timeout ?? 0),
    ...(onInput === undefined ? {} : { onInput }),
  });
  const answer = await request.catch(refusedUser);
  if ('problem' in answer) return answer;
  const { results: all, mark } = answer;
  batch?.keep(all.slice(framed.length), mark);
  const [first] = all;
  if (framing !== undefined && first !== undefined && first.code !== 0) return unarmed(first);
  const start = framing === undefined ? 0 : 1;
  const performed = judge(actions, all.slice(start, start + actions.length));
  const look = async (): Promise<void> => {
    for (const proof of performed.proofs) state.proofs.set(proof.path, proof);
    const asked = [...perUser.values()].flatMap((looks) => [...looks]);
    const rest = new Map([...asked, ...withoutProven(later, performed.proofs, state)]);
    if (rest.size > 0) await fetchFromHost(rest, state, session);
  };
  if (framing !== undefined) return { ...performed, look };
  await look();
  return performed;
}

/** Where the user could not be become its shell never started: nothing was done, and that is known. */
function refusedUser(error: unknown): Performed & { readonly problem: StepProblem } {
  if (!(error instanceof ConnectionError) || error.failure.kind !== 'privilege') throw error;
  const { message, hint } = error.failure;
  return { output: {}, problem: { message, ...(hint === undefined ? {} : { hint }) } };
}

function inFraming(frames: readonly Frame[], { before, after }: Framing): readonly Frame[] {
  return [{ script: joinShell([sh`set -eu`, before]) }, ...frames, { script: after }];
}

function unarmed({ stderr }: ActionResult): Performed {
  const said = stderr.toString('utf8').trim().split('\n').slice(-2).join('; ');
  return {
    unarmed: true,
    output: {},
    problem: {
      message: `nothing was done, because the host could not be made to go back by itself: ${said}`,
      hint: 'a change that can cut the way in is made only with a rollback in place (or with --no-guard)',
    },
  };
}

/** Answers what a proof answers; returns the looks that are left for the host. */
function withoutProven(
  looks: HostLooks,
  proofs: readonly PathProof[],
  state: HostState,
): readonly (readonly [string, HostLook<unknown>])[] {
  return [...looks].filter(([key, look]) => {
    const { place, proven } = look.kind;
    const proof = proofs.find(({ path }) => path === place?.of(look.query as never));
    if (proof === undefined || proven === undefined) return true;
    state.answers.set(key, proven(proof));
    state.looks.set(key, look);
    return false;
  });
}

function judge(
  actions: readonly Action[],
  results: readonly ActionResult[],
): Performed & { readonly proofs: readonly PathProof[] } {
  let output: { readonly [key: string]: Json } = {};
  const proofs: PathProof[] = [];
  for (const [index, action] of actions.entries()) {
    const result = results[index];
    if (result === undefined) break;
    const verdict = action.judge?.(result) ?? defaultVerdict(action, result);
    output = { ...output, ...verdict.output };
    if (verdict.failure !== undefined) {
      // Before it is cut: of a secret that is cut in two a half would stay.
      const stderr = knownSecrets.mask(result.stderr.toString('utf8').trim());
      return {
        output,
        proofs,
        problem: {
          message: verdict.failure,
          ...(verdict.hint === undefined ? {} : { hint: verdict.hint }),
          ...(stderr === '' ? {} : { stderr: stderr.slice(-4000) }),
        },
      };
    }
    const proof = action.proves?.(result);
    if (proof !== undefined) proofs.push(proof);
  }
  return { output, proofs };
}

function defaultVerdict(
  action: Action,
  result: ActionResult,
): { failure?: string; output?: undefined; hint?: undefined } {
  if (result.code === 0) return {};
  const said = result.stderr.toString('utf8').trim().split('\n').at(-1) ?? '';
  return { failure: `${action.title} failed${said === '' ? ` with status ${result.code}` : `: ${said}`}` };
}
