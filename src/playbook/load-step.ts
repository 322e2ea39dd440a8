import { compileSchema } from '../documents/schema.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import type { PlaybookStep } from '../engine/playbook.ts';
import type { StepKind } from '../engine/step-kind.ts';
import { compileExpression, type Expression, originAt } from '../expressions/expression.ts';
import { compileValue } from '../expressions/value.ts';
import { type BecomeMethod, isBecomeMethod } from '../inventory/become-methods.ts';
import { argsChecker, checkWrittenArgs } from './check-args.ts';
import { checkComparisons } from './check-comparisons.ts';
import { COMMON_KEYS, COMMON_SCHEMA, STEP_DEFAULTS } from './common-keys.ts';
import { seconds, tagList } from './key-values.ts';
import type { Loading } from './loading.ts';
import { originOf, problemAt } from './problem.ts';
import { reworded } from './reword-keys.ts';
import { addVariables, type Variables, wrongName } from './variables.ts';

type Mapping = Readonly<Record<string, unknown>>;

/** What a play, or an `include`, hands down to its steps. */
export interface Inherited {
  readonly when: readonly Expression[];
  readonly vars: Variables;
  readonly tags: readonly string[];
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomeMethod?: BecomeMethod;
  /** Once said, it holds for everything below. */
  readonly noLog?: boolean;
}

const commonKeys = compileSchema(COMMON_SCHEMA);

/** Checks the common keys of a step or include. */
export function checkCommonKeys(
  step: Mapping,
  document: SourceDocument,
  path: Path,
  { diagnostics }: Loading,
): void {
  const common = Object.fromEntries(Object.entries(step).filter(([key]) => Object.hasOwn(COMMON_KEYS, key)));
  diagnostics.push(...reworded(commonKeys.validate(document, path, common)));
}

/** What a step or include has beside its kind, with what is handed down to it. */
export function inherit(
  step: Mapping,
  document: SourceDocument,
  path: Path,
  from: Inherited,
  loading: Loading,
): Inherited {
  const vars: Variables = { table: new Map(from.vars.table), origins: new Map(from.vars.origins) };
  addVariables(vars, step.vars, document, [...path, 'vars'], loading);
  const become = step.become ?? from.become;
  const becomeUser = step.become_user ?? from.becomeUser;
  const becomeMethod = step.become_method ?? from.becomeMethod;
  const noLog = from.noLog === true || step.no_log === true;
  return {
    when: [...from.when, ...conditions(step.when, document, [...path, 'when'], loading)],
    vars,
    tags: [...new Set([...from.tags, ...tagList(step.tags)])],
    ...(typeof become === 'boolean' ? { become } : {}),
    ...(typeof becomeUser === 'string' ? { becomeUser } : {}),
    ...(isBecomeMethod(becomeMethod) ? { becomeMethod } : {}),
    ...(noLog ? { noLog } : {}),
  };
}

/** One step with a kind; its common keys have been checked. */
export function loadStep(
  step: Mapping,
  kind: StepKind<never>,
  id: string,
  document: SourceDocument,
  path: Path,
  from: Inherited,
  loading: Loading,
): PlaybookStep {
  const { diagnostics } = loading;
  const argsPath = [...path, kind.name];
  const args = compileValue(step[kind.name], document, argsPath);
  diagnostics.push(...args.diagnostics);
  if (args.diagnostics.length === 0) diagnostics.push(...checkWrittenArgs(kind, args, document, argsPath));
  const { when, vars, tags, become, becomeUser, becomeMethod, noLog } = inherit(
    step,
    document,
    path,
    from,
    loading,
  );
  const name = step.name === undefined ? undefined : compileValue(step.name, document, [...path, 'name']);
  const loop = step.loop === undefined ? undefined : compileValue(step.loop, document, [...path, 'loop']);
  diagnostics.push(...(name?.diagnostics ?? []), ...(loop?.diagnostics ?? []));
  for (const value of [args, name, loop]) diagnostics.push(...checkComparisons(value?.references ?? []));
  const register = registeredName(step.register, document, path, loading);
  return {
    id,
    kind,
    args,
    checkArgs: argsChecker(kind, document, argsPath),
    when,
    tags,
    retries: typeof step.retries === 'number' ? step.retries : STEP_DEFAULTS.retries,
    delay: seconds(step.delay, STEP_DEFAULTS.delay),
    timeout: seconds(step.timeout, STEP_DEFAULTS.timeout),
    ignoreErrors: step.ignore_errors === true,
    ...(noLog === true ? { noLog } : {}),
    origin: originOf({ document, path }),
    kindOrigin: originOf({ document, path: argsPath, at: 'key' }),
    ...(name === undefined ? {} : { name }),
    ...(loop === undefined ? {} : { loop }),
    ...(vars.table.size === 0 ? {} : { vars: vars.table }),
    ...(become === undefined ? {} : { become }),
    ...(becomeUser === undefined ? {} : { becomeUser }),
    ...(becomeMethod === undefined ? {} : { becomeMethod }),
    ...(register === undefined
      ? {}
      : { register, registerOrigin: originOf({ document, path: [...path, 'register'] }) }),
  };
}

function registeredName(
  value: unknown,
  document: SourceDocument,
  path: Path,
  { diagnostics }: Loading,
): string | undefined {
  // A form that no name has is told by the schema.
  if (typeof value !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return undefined;
  const wrong = wrongName(value);
  if (wrong === undefined) return value;
  diagnostics.push(
    problemAt({ document, path: [...path, 'register'] }, { code: 'bad-variable-name', ...wrong }),
  );
  return undefined;
}

function conditions(
  value: unknown,
  document: SourceDocument,
  path: Path,
  { diagnostics }: Loading,
): readonly Expression[] {
  if (value === undefined) return [];
  const list = Array.isArray(value)
    ? value.map((item: unknown, index) => ({ item, at: [...path, index] }))
    : [{ item: value, at: path }];
  return list.flatMap(({ item, at }) => {
    // Of lists and mappings the schema has told already.
    if (typeof item === 'object' && item !== null) return [];
    const source = String(item);
    if (source.includes('{{')) {
      const hint = `write ${source.replaceAll(/\{\{\s*|\s*\}\}/g, '')}`;
      const message = 'a condition is an expression already: it takes no {{ }}';
      diagnostics.push(problemAt({ document, path: at }, { code: 'braces-in-condition', message, hint }));
      return [];
    }
    const compiled = compileExpression(source, originAt(document, at));
    diagnostics.push(...compiled.diagnostics, ...checkComparisons(compiled.expression?.references ?? []));
    return compiled.expression === undefined ? [] : [compiled.expression];
  });
}
