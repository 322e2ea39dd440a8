import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { nearest } from '../documents/suggest.ts';
import type { StepKind } from '../engine/step-kind.ts';
import { STEP_KINDS } from '../steps/index.ts';
import { moduleHint, STEP_WORDS } from './ansible-words.ts';
import { COMMON_KEYS } from './common-keys.ts';
import { problemAt, relatedTo } from './problem.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** What a step's keys say it is. */
export type StepForm =
  | { readonly form: 'step'; readonly kind: StepKind<never> }
  | { readonly form: 'include' }
  /** Cannot be told; `diagnostics` says why. */
  | { readonly form: 'unknown' };

/** Finds the one key that names a step's kind, and tells about every key that has no place in a step. */
export function stepForm(
  step: Mapping,
  document: SourceDocument,
  path: Path,
): { readonly form: StepForm; readonly diagnostics: readonly Diagnostic[] } {
  const keys = Object.keys(step);
  const acting = keys.filter((key) => STEP_KINDS.has(key) || key === 'include');
  const strange = keys.filter((key) => !acting.includes(key) && !Object.hasOwn(COMMON_KEYS, key));
  const [first, second] = acting;
  const diagnostics = strange.map((key) =>
    problemAt({ document, path: [...path, key], at: 'key' }, unknownKey(key, first, step)),
  );
  if (first === undefined) {
    if (strange.length === 0) diagnostics.push(problemAt({ document, path }, NO_KIND));
    return { form: { form: 'unknown' }, diagnostics };
  }
  if (second !== undefined) {
    const origin = { file: document.file, range: document.locate([...path, first], 'key'), source: document };
    diagnostics.push(
      problemAt(
        { document, path: [...path, second], at: 'key' },
        {
          code: 'two-kinds',
          message: `a step has one kind, but here are \`${first}\` and \`${second}\``,
          hint: 'make two steps of it',
          related: [relatedTo(origin, `\`${first}\` stands here`)],
        },
      ),
    );
    return { form: { form: 'unknown' }, diagnostics };
  }
  const kind = STEP_KINDS.get(first);
  return { form: kind === undefined ? { form: 'include' } : { form: 'step', kind }, diagnostics };
}

const ALL_KINDS = 'all kinds are in the step reference, docs/steps.md';

const NO_KIND = {
  code: 'no-kind',
  message: 'this step has no kind: no key says what is to be done',
  hint: `write a key such as \`file\`, \`user\` or \`command\` beside the others; ${ALL_KINDS}`,
};

function unknownKey(key: string, kind: string | undefined, step: Mapping) {
  if (kind === undefined) return unknownKind(key);
  const code = 'unknown-key';
  const message = `unknown key \`${key}\``;
  const own = argumentsOf(kind);
  if (own.has(key)) {
    const indent = step[kind] === null ? 'indent it further' : `write it under \`${kind}\``;
    return { code, message, hint: `\`${key}\` is an argument of \`${kind}\`: ${indent}` };
  }
  const near = nearest(key, Object.keys(COMMON_KEYS));
  return {
    code,
    message,
    hint: ownWord(STEP_WORDS, key) ?? moduleHint(key, kindNames()) ?? didYouMean(near),
  };
}

function unknownKind(key: string) {
  const code = 'unknown-kind';
  const word = ownWord(STEP_WORDS, key);
  if (word !== undefined) return { code: 'unknown-key', message: `unknown key \`${key}\``, hint: word };
  const kinds = kindNames();
  const message = `there is no step kind \`${key}\``;
  const near = nearest(key, [...kinds, 'include', ...Object.keys(COMMON_KEYS)]);
  const hint = moduleHint(key, kinds) ?? didYouMean(near) ?? ALL_KINDS;
  return { code, message, hint };
}

function ownWord(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

function didYouMean(near: string | undefined): string | undefined {
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}

function kindNames(): ReadonlySet<string> {
  return new Set(STEP_KINDS.keys());
}

/** The names of a kind's arguments, in whichever of its forms. */
function argumentsOf(kind: string): ReadonlySet<string> {
  const schema = STEP_KINDS.get(kind)?.schema;
  const forms = [schema, ...((schema?.anyOf ?? schema?.oneOf ?? []) as unknown[])];
  return new Set(
    forms.flatMap((form) => Object.keys((form as { properties?: object } | undefined)?.properties ?? {})),
  );
}
