import type { Change } from './change.ts';
import type { HiddenBecause, StepProblem, StepReport } from './events.ts';
import type { Json } from './json.ts';
import type { PlaybookStep } from './playbook.ts';

/** What a change may tell even of a secret: who may read it is no secret. */
const HARMLESS = new Set(['mode', 'owner', 'group', 'type']);

/**
 * A report as it may be told to anyone. With `no_log` only what was changed is told, and that something failed; where a
 * step's arguments hold a secret, neither the old values nor the new ones, nor hashes of them: from the hash of a short
 * secret it can be guessed.
 */
export function concealed(report: StepReport): StepReport {
  const { hidden } = report;
  if (hidden === undefined) return report;
  const changes = report.changes.map((change) => concealedChange(change, hidden));
  if (hidden === 'secret') return { ...report, changes };
  const { notes: _notes, output: _output, failure, reason, ...rest } = report;
  return {
    ...rest,
    changes,
    ...(failure === undefined ? {} : { failure: concealedProblem(failure) }),
    ...(reason === undefined ? {} : { reason: report.status === 'deferred' ? HIDDEN_REASON : reason }),
  };
}

const HIDDEN_REASON = 'why it is known only at apply is hidden (no_log)';

/** What is told of a failure of a step with `no_log`. */
function concealedProblem(problem: StepProblem): StepProblem {
  const { message: _message, hint: _hint, stderr: _stderr, ...flags } = problem;
  return {
    ...flags,
    message: 'it failed; what it says is hidden (no_log)',
    hint: 'to see it, leave no_log out for one run, where nobody else can read what is shown',
  };
}

/** What may be told of a problem of this step. */
export function toldProblem(step: Pick<PlaybookStep, 'noLog'>, problem: StepProblem): StepProblem {
  return step.noLog === true ? concealedProblem(problem) : problem;
}

function concealedChange(change: Change, hidden: HiddenBecause): Change {
  const { before, after, text: _text, told: _told, ...rest } = change;
  const target = hidden === 'no_log' && change.action === 'run' ? '(hidden)' : change.target;
  if (hidden === 'secret' && change.attribute !== undefined && HARMLESS.has(change.attribute)) return change;
  const [was, becomes] = [before, after].map((value) => (hidden === 'secret' ? harmless(value) : undefined));
  return {
    ...rest,
    target,
    ...(was === undefined ? {} : { before: was }),
    ...(becomes === undefined ? {} : { after: becomes }),
    hidden,
  };
}

/** Of the description of a thing, what is harmless. */
function harmless(value: Json | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([key]) => HARMLESS.has(key)));
}
