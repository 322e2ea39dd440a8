import { knownSecrets } from '../secrets/known.ts';
import { joinShell, sh } from '../shell/quote.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { Frame, InputProgress } from '../ssh/remote-shell.ts';
import type { StepProblem } from './events.ts';
import { byUser, fetchFromHost, lookBatch } from './fetch.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { HashProof, HostLook } from './look.ts';
import type { Action, ActionResult } from './step-kind.ts';

export interface Performed {
  readonly problem?: StepProblem;
  readonly output: { readonly [key: string]: Json };
}

/**
 * Carries out a step's actions and looks again at what they touched, in one round trip (looks of other acting
 * users cost one more). An action that fails stops the ones after it; the looks are made in any case, so
 * that what is known afterwards is what is there.
 */
export async function perform(
  actions: readonly Action[],
  user: string,
  lookAgain: ReadonlyMap<string, HostLook<unknown>>,
  state: HostState,
  session: HostSession,
  timeout: number,
  onInput?: InputProgress,
): Promise<Performed> {
  const perUser = byUser(lookAgain);
  const proves = actions.some((action) => action.proves !== undefined);
  // A proof spares hashing a large file twice, but is known only when the action has ended.
  const mine = proves ? undefined : perUser.get(user);
  if (mine !== undefined) perUser.delete(user);
  const batch = mine === undefined ? undefined : lookBatch(user, mine, state);
  const frames: Frame[] = actions.map((action) => ({
    script: joinShell([sh`set -eu`, action.script]),
    onlyIfOk: true,
    ...(action.input === undefined ? {} : { input: action.input }),
  }));
  const { results, mark } = await session.run(user, [...frames, ...(batch?.frames ?? [])], {
    timeout: timeout + (batch?.timeout ?? 0),
    ...(onInput === undefined ? {} : { onInput }),
  });
  batch?.keep(results.slice(actions.length), mark);
  const performed = judge(actions, results.slice(0, actions.length));
  for (const proof of performed.proofs) state.proofs.set(proof.path, proof);
  const rest = new Map([...perUser.values()].flatMap((looks) => [...looks]));
  if (rest.size > 0) await fetchFromHost(rest, state, session);
  return performed;
}

function judge(
  actions: readonly Action[],
  results: readonly ActionResult[],
): Performed & { proofs: readonly (HashProof & { path: string })[] } {
  let output: { readonly [key: string]: Json } = {};
  const proofs: (HashProof & { path: string })[] = [];
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
