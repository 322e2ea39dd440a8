import type { Compared } from './compare-instance.ts';
import type { HostState } from './host-state.ts';
import type { Json } from './json.ts';
import type { Outcome } from './outcome.ts';
import type { PlaybookStep } from './playbook.ts';

type RoundResult =
  | { readonly known: true; readonly value: Json }
  | { readonly known: false; readonly reason: string };

/**
 * Keeps what a step registers, as far as it is known without acting: a step that is as wanted, that is
 * skipped, or whose result is its changes alone. What a command will print is unknown, and said to be.
 */
export function keepResult(
  step: PlaybookStep,
  rounds: readonly { readonly outcome: Outcome<Compared> }[],
  state: HostState,
): void {
  if (step.register === undefined) return;
  const secret = rounds.some(({ outcome }) => isSecretOutcome(outcome));
  const results = rounds.map(({ outcome }) => roundResult(step, outcome));
  const unknown = results.find((result) => !result.known);
  if (unknown !== undefined && !unknown.known) {
    state.unknownResults[step.register] = unknown.reason;
    delete state.results[step.register];
    keepSecrecy(step, secret, state);
    return;
  }
  const values = results.flatMap((result) => (result.known ? [result.value] : []));
  storeResult(step, values, secret, state);
}

function isSecretOutcome(outcome: Outcome<Compared>): boolean {
  if (outcome.kind === 'failed') return outcome.secret === true;
  return outcome.kind === 'done' && outcome.value.secret;
}

/** Of a result that secrets had part in, whatever is made is secret. */
function keepSecrecy({ register = '', noLog }: PlaybookStep, secret: boolean, state: HostState): void {
  if (secret || noLog === true) state.secretResults.add(register);
  else state.secretResults.delete(register);
}

/** Keeps the results of a step's rounds: the one result, or `{changed, results: […]}` for a loop. */
export function storeResult(
  step: PlaybookStep,
  values: readonly Json[],
  secret: boolean,
  state: HostState,
): void {
  if (step.register === undefined) return;
  keepSecrecy(step, secret, state);
  delete state.unknownResults[step.register];
  if (step.loop === undefined && values[0] !== undefined) {
    state.results[step.register] = values[0];
    return;
  }
  const changed = values.some((value) => (value as { changed?: boolean }).changed === true);
  state.results[step.register] = { changed, results: values };
}

function roundResult(step: PlaybookStep, outcome: Outcome<Compared>): RoundResult {
  const label = `the result of the ${step.kind.name} step at ${step.origin.file}:${step.origin.range.start.line}`;
  switch (outcome.kind) {
    case 'skipped':
      return { known: true, value: { changed: false, skipped: true, failed: false } };
    case 'failed':
      return {
        known: true,
        value: {
          changed: false,
          skipped: false,
          failed: true,
          message: outcome.problem.message,
          ...outcome.output,
        },
      };
    case 'done': {
      const { changes, output, deferred } = outcome.value.comparison;
      const runs = changes.some((change) => change.action === 'run');
      if (deferred !== undefined || (runs && output === undefined)) {
        return { known: false, reason: `${label} is known only after it has run` };
      }
      return {
        known: true,
        value: { changed: changes.length > 0, skipped: false, failed: false, ...output },
      };
    }
    default:
      return { known: false, reason: `${label} is not known yet` };
  }
}
