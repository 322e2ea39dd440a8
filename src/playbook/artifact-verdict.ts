import type { Diagnostic } from '../documents/diagnostic.ts';
import type { StepProblem } from '../engine/events.ts';
import type { Origin, PlaybookStep } from '../engine/playbook.ts';
import type { FactCandidate, TriedStep } from './candidates.ts';
import { problemAtOrigin } from './problem.ts';

/**
 * Judges a step by what it came to for every value of the facts that it depends on. An artifact that is there
 * must match its pin. Where facts choose among several, one of them must be there; another that is missing is worth a
 * warning when the playbook names it (by a table of hashes or a condition), as hosts of that kind would fail.
 */
export function judgeCandidates(step: PlaybookStep, tries: readonly TriedStep[]): readonly Diagnostic[] {
  const report = reporter(step);
  const [only] = tries;
  if (only !== undefined && tries.length === 1) {
    if (only.problem === undefined) return [];
    return [report('error', only.problem.message, only.problem.hint, only.place)];
  }
  const covered = tries.filter(({ kind }) => kind !== 'uncovered');
  const [uncovered] = tries;
  if (covered.length === 0 && uncovered?.problem !== undefined) {
    const { message, hint } = uncovered.problem;
    const names = Object.keys(uncovered.facts).map((name) => `facts.${name}`);
    const plain = message.replace(`${step.kind.name}: `, '');
    return [report('error', `whatever ${names.join(' and ')} is: ${plain}`, hint, uncovered.place)];
  }
  const relevant = covered.filter(({ kind }) => kind !== 'skipped');
  const wrong = grouped(relevant.filter(({ kind }) => kind === 'wrong')).map(({ problem, facts }) =>
    report('error', `${problem.message}${where(facts)}`, problem.hint),
  );
  const missing = grouped(relevant.filter(({ kind }) => kind === 'missing'));
  if (missing.length === 0) return wrong;
  if (!relevant.some(({ kind }) => kind === 'fits' || kind === 'wrong')) {
    return [...wrong, report('error', noneIsThere(missing), missing[0]?.problem.hint)];
  }
  // Without a table of hashes or a condition nobody said that there should be one for every architecture.
  if (relevant.length === tries.length) return wrong;
  const warnings = missing.map(({ problem, facts }) => {
    const message = `${problem.message}${where(facts)}`;
    return report('warning', message, 'a host for which it is needed will be refused');
  });
  return [...wrong, ...warnings];
}

interface SameProblem {
  readonly problem: StepProblem;
  readonly facts: readonly FactCandidate[];
}

/** The same problem for several values of the facts is one. */
function grouped(tries: readonly TriedStep[]): readonly SameProblem[] {
  const groups = new Map<string, { problem: StepProblem; facts: FactCandidate[] }>();
  for (const { problem, facts } of tries) {
    if (problem === undefined) continue;
    const group = groups.get(problem.message);
    if (group === undefined) groups.set(problem.message, { problem, facts: [facts] });
    else group.facts.push(facts);
  }
  return [...groups.values()];
}

function where(facts: readonly FactCandidate[]): string {
  const texts = facts.map((candidate) =>
    Object.entries(candidate)
      .map(([name, value]) => `facts.${name} == ${JSON.stringify(value)}`)
      .join(' and '),
  );
  return texts.length > 3 ? ` (for ${texts.length} values of the facts)` : ` (where ${texts.join(', or ')})`;
}

function noneIsThere(missing: readonly SameProblem[]): string {
  const messages = missing.map(({ problem }) => problem.message);
  if (messages.length === 1) return String(messages[0]);
  const shown = messages.slice(0, 4).map((message) => `\n  - ${message}`);
  const more = messages.length > 4 ? `\n  - … and ${messages.length - 4} more` : '';
  return `none of the files that this step may need is there:${shown.join('')}${more}`;
}

function reporter(step: PlaybookStep) {
  return (
    severity: 'error' | 'warning',
    message: string,
    hint: string | undefined,
    place?: TriedStep['place'],
  ): Diagnostic => {
    const origin = originAt(place) ?? step.kindOrigin ?? step.origin;
    const code = severity === 'error' ? 'step-cannot-work' : 'artifact-missing';
    return {
      ...problemAtOrigin(origin, { code, message: withKind(step, message), hint }),
      // What may fail anyway does not stop the run.
      severity: step.ignoreErrors ? 'warning' : severity,
    };
  };
}

function originAt(place: TriedStep['place']): Origin | undefined {
  const { range, source } = place ?? {};
  return range === undefined || source === undefined ? undefined : { file: source.file, range, source };
}

function withKind({ kind: { name } }: PlaybookStep, message: string): string {
  return message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
}
