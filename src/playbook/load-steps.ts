import { compileSchema } from '../documents/schema.ts';
import { type Path, type SourceDocument, valueAt } from '../documents/source-document.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Origin, PlaybookStep } from '../engine/playbook.ts';
import { INCLUDE_KEYS, INCLUDE_SCHEMA } from './common-keys.ts';
import { checkCommonKeys, type Inherited, inherit, loadStep } from './load-step.ts';
import { type FileName, fileBeside, type Loading, readDocument } from './loading.ts';
import { originOf, problemAt, relatedTo } from './problem.ts';
import { reworded } from './reword-keys.ts';
import { stepForm } from './step-keys.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** A list of steps in a file, and how it came to be read. */
export interface StepsPlace {
  readonly file: FileName;
  readonly document: SourceDocument;
  readonly path: Path;
  /** The files that include one another up to this one, outermost first. */
  readonly chain: readonly FileName[];
  /** What the ids of its steps begin with: `playbooks/go.yml#` or, in an include, `playbooks/go.yml#3.`. */
  readonly idPrefix: string;
  /** The number of the first step. */
  readonly first: number;
}

/** What the steps of one play share. */
export interface PlayLoading extends Loading {
  /** Where each name of a step stands. */
  readonly names: Map<string, Origin>;
  /** What steps of no known kind would have registered. */
  readonly lostResults: Set<string>;
}

const includePath = compileSchema(INCLUDE_SCHEMA);

/** The steps of a list, with those of the files it includes in their places. */
export function loadSteps(place: StepsPlace, from: Inherited, loading: PlayLoading): readonly PlaybookStep[] {
  const { document, path } = place;
  const list = valueAt(document.value, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((step: unknown, index) => {
    const stepPath = [...path, index];
    if (typeof step !== 'object' || step === null || Array.isArray(step)) {
      loading.diagnostics.push(
        problemAt(
          { document, path: stepPath },
          {
            code: 'wrong-type',
            message: `a step is a mapping, but this is ${describeValue(step)}`,
            hint: 'write `- KIND: { … }`',
          },
        ),
      );
      return [];
    }
    const id = `${place.idPrefix}${place.first + index}`;
    return loadItem(step as Mapping, id, stepPath, place, from, loading);
  });
}

function loadItem(
  step: Mapping,
  id: string,
  path: Path,
  place: StepsPlace,
  from: Inherited,
  loading: PlayLoading,
): readonly PlaybookStep[] {
  const { document } = place;
  const before = loading.diagnostics.length;
  const { form, diagnostics } = stepForm(step, document, path);
  loading.diagnostics.push(...diagnostics);
  checkCommonKeys(step, document, path, loading);
  checkName(step.name, document, path, loading);
  if (form.form === 'include') return include(step, id, path, place, from, loading);
  if (form.form === 'unknown') {
    if (typeof step.register === 'string') loading.lostResults.add(step.register);
    return [];
  }
  const loaded = loadStep(step, form.kind, id, document, path, from, loading);
  const flawed = loading.diagnostics.slice(before).some(({ severity }) => severity === 'error');
  return [flawed ? { ...loaded, flawed } : loaded];
}

/** A name given twice in a play would make reports ambiguous. */
function checkName(name: unknown, document: SourceDocument, path: Path, loading: PlayLoading): void {
  if (typeof name !== 'string' || name.includes('{{')) return;
  const origin = originOf({ document, path: [...path, 'name'] });
  const first = loading.names.get(name);
  if (first === undefined) {
    loading.names.set(name, origin);
    return;
  }
  // A file that is included twice brings the same name twice.
  if (first.file === origin.file && first.range.start.offset === origin.range.start.offset) return;
  loading.diagnostics.push(
    problemAt(
      { document, path: [...path, 'name'] },
      {
        code: 'duplicate-name',
        message: `another step of this play has the name ${JSON.stringify(name)} already`,
        hint: 'reports could not tell them apart: change one of them, or leave it out',
        related: [relatedTo(first, 'first used here')],
      },
    ),
  );
}

function include(
  step: Mapping,
  id: string,
  path: Path,
  place: StepsPlace,
  from: Inherited,
  loading: PlayLoading,
): readonly PlaybookStep[] {
  const { document, chain } = place;
  const { diagnostics } = loading;
  const at = { document, path: [...path, 'include'] };
  for (const key of Object.keys(step)) {
    if (key === 'include' || INCLUDE_KEYS.has(key) || !(key in KEYS_OF_STEPS)) continue;
    const message = `an \`include\` takes no \`${key}\``;
    const hint = `write it on the steps of the file; an include takes ${[...INCLUDE_KEYS].join(', ')}`;
    diagnostics.push(
      problemAt({ document, path: [...path, key], at: 'key' }, { code: 'unknown-key', message, hint }),
    );
  }
  const wrong = reworded(includePath.validate(document, path, { include: step.include }));
  diagnostics.push(...wrong);
  if (wrong.length > 0) return [];
  const inherited = inherit(step, document, path, from, loading);
  const file = fileBeside(String(step.include), place.file);
  if (chain.some(({ absolute }) => absolute === file.absolute)) {
    const names = [...chain, file].map(({ shown }) => shown).join(' → ');
    diagnostics.push(problemAt(at, { code: 'include-cycle', message: `files include each other: ${names}` }));
    return [];
  }
  const included = readDocument(file, loading, at);
  if (included === undefined) return [];
  if (!Array.isArray(included.value)) {
    const message = `${file.shown} is not a list of steps: it is ${describeValue(included.value)}`;
    const play = isPlay(included.value);
    const hint = play ? 'this is a playbook: give it on the command line' : 'begin each step with "- "';
    diagnostics.push(problemAt(at, { code: 'include-not-steps', message, hint }));
    return [];
  }
  if (isPlay(included.value[0])) {
    const message = `${file.shown} is a playbook, not a list of steps`;
    diagnostics.push(
      problemAt(at, { code: 'include-not-steps', message, hint: 'give it on the command line' }),
    );
    return [];
  }
  const inside = {
    file,
    document: included,
    path: [],
    chain: [...chain, file],
    idPrefix: `${id}.`,
    first: 1,
  };
  return loadSteps(inside, inherited, loading);
}

const KEYS_OF_STEPS: Readonly<Record<string, true>> = {
  loop: true,
  retries: true,
  delay: true,
  timeout: true,
  register: true,
  ignore_errors: true,
};

function isPlay(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('hosts' in value || 'steps' in value);
}
