import { ConnectionError } from '../ssh/errors.ts';
import type { HostSession } from '../ssh/host-session.ts';
import type { Passage } from '../ssh/passage.ts';
import { changeToJson } from './change.ts';
import { type Compared, compareInstance } from './compare-instance.ts';
import { concealed } from './conceal.ts';
import type { Listener, StepProblem, StepReport } from './events.ts';
import type { Instance } from './expand-step.ts';
import { withGuard } from './guard/with-guard.ts';
import { actingUser } from './host-program.ts';
import type { Json } from './json.ts';
import { laterLooks } from './later-looks.ts';
import type { Outcome } from './outcome.ts';
import type { Overlay } from './overlay.ts';
import { perform } from './perform.ts';
import type { Prediction } from './predict.ts';
import { type SettleContext, settle } from './settle.ts';
import { hiddenBecause } from './step-report.ts';
import { forget, lookAgain, staleLooks } from './touched.ts';

/** Seconds by which the controller waits longer than the host lets a command run, to hear what became of it. */
const GRACE = 15;

export interface ActContext extends SettleContext {
  readonly emit: Listener;
  /** What was expected of all steps: tells which looks the later ones will need. */
  readonly prediction: Prediction;
  /** Opens another connection to the host. Absent: changes are made without a guard. */
  readonly reconnect?: () => Promise<HostSession>;
  /** What other hosts of the run are reached over this one. */
  readonly passage?: () => Passage | undefined;
  /** Milliseconds until the host's work has to end. */
  readonly left: () => number;
}

/** Carries out the changes of one round of a step, and proves that they are there. */
export async function act(
  instance: Instance,
  compared: Compared,
  overlay: Overlay,
  context: ActContext,
  started: number,
): Promise<StepReport> {
  const { step, ref } = instance;
  const { comparison, guard } = compared;
  const hidden = hiddenBecause(step, compared.secret);
  const { program, state, session, emit } = context;
  const base = {
    step: ref,
    changes: comparison.changes,
    ...(comparison.always === true ? { always: true } : {}),
    ...(hidden === undefined ? {} : { hidden }),
  };
  const finished = (rest: Partial<StepReport>): StepReport => ({
    ...base,
    status: 'changed',
    ...(comparison.notes === undefined ? {} : { notes: comparison.notes }),
    ...rest,
    duration: performance.now() - started,
  });
  const broke = (problem: StepProblem): StepReport =>
    finished({
      status: 'failed',
      failure: problem,
      // What is not known is never fine, whatever the playbook says of errors.
      ...(step.ignoreErrors && problem.unknown !== true && problem.lockout !== true ? { ignored: true } : {}),
    });
  try {
    const actions = comparison.actions();
    const title = step.noLog === true ? undefined : actions[0]?.title;
    const { changes } = concealed({ ...base, status: 'changed', duration: 0 });
    emit({ type: 'step-started', host: program.host, step: ref, action: title ?? ref.name, changes });
    forget(staleLooks(comparison.effects, state), state);
    const again = lookAgain(compared.again, state);
    const looks = new Map([...again, ...laterLooks(instance, context.prediction, state)]);
    const seconds = Math.min(step.timeout, Math.max(1, Math.ceil(context.left() / 1000)));
    // The host's rollback knows nothing of this run's time: it must not come while the change is still being made.
    const limit = step.timeout + GRACE;
    const guarding = { need: guard, limit, hidden: hidden !== undefined };
    const performed = await withGuard(guarding, instance, context, (framing, checks = []) =>
      perform(
        [...actions, ...checks],
        actingUser(program, step),
        looks,
        state,
        session,
        { seconds, timeout: (seconds + GRACE) * 1000 },
        (sent, total) => emit({ type: 'transfer', host: program.host, step: ref, sent, total }),
        framing,
      ),
    );
    const output = { ...performed.output };
    if (performed.problem !== undefined) return { ...broke(performed.problem), output };
    await performed.look?.();
    if (comparison.always === true) return finished({ output });
    // What has acted is looked at in any case: otherwise nobody would know what became of it.
    const { signal: _, ...uncut } = context;
    const after = await settle(uncut, overlay, (evaluation) => compareInstance(instance, evaluation));
    const still = remaining(after);
    return still === undefined ? finished({ output }) : { ...broke(still), output };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const { message, hint } = error.failure;
    return broke({
      message: `${message}; whether the change was made is not known`,
      hint: hint ?? 'run again: the host is observed anew, and what is missing is done',
      unknown: true,
    });
  }
}

/** What a second look found still to be wrong. */
function remaining(after: Outcome<Compared>): StepProblem | undefined {
  if (after.kind === 'failed')
    return { ...after.problem, message: `after applying: ${after.problem.message}` };
  if (after.kind !== 'done') return { message: 'the result could not be observed' };
  const { changes } = after.value.comparison;
  if (changes.length === 0) return undefined;
  const first = changes.slice(0, 3).map((change) => {
    const { resource, target, attribute, before } = changeToJson(change) as Record<string, Json>;
    return `${resource} ${target}${attribute === undefined ? '' : ` ${attribute}`}${before === undefined ? '' : ` is ${JSON.stringify(before)}`}`;
  });
  return {
    message: `the step was carried out, but the host still differs: ${first.join('; ')}`,
    hint: 'something on the host changes it back, or another step of the playbook wants it otherwise',
  };
}
