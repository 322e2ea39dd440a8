import { dirname } from 'node:path';
import { compileSchema } from '../documents/schema.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { nearest } from '../documents/suggest.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Play } from '../engine/playbook.ts';
import { isBecomeMethod } from '../inventory/become-methods.ts';
import { STEP_KINDS } from '../steps/index.ts';
import { PLAY_WORDS } from './ansible-words.ts';
import { COMMON_KEYS, PLAY_KEYS, PLAY_SCHEMA } from './common-keys.ts';
import { tagList } from './key-values.ts';
import { loadSteps } from './load-steps.ts';
import { type FileName, fileBeside, type Loading, readDocument } from './loading.ts';
import { originOf, problemAt } from './problem.ts';
import { reworded } from './reword-keys.ts';
import { addVariables, noVariables } from './variables.ts';

type Mapping = Readonly<Record<string, unknown>>;

const playKeys = compileSchema(PLAY_SCHEMA);

/** One play of a playbook; `first` is the number of its first step in the file. */
export function loadPlay(
  play: Mapping,
  file: FileName,
  document: SourceDocument,
  path: Path,
  first: number,
  loading: Loading,
): Play {
  const { diagnostics } = loading;
  for (const key of Object.keys(play)) {
    if (Object.hasOwn(PLAY_KEYS, key)) continue;
    diagnostics.push(problemAt({ document, path: [...path, key], at: 'key' }, unknownPlayKey(key, play)));
  }
  const known = Object.fromEntries(Object.entries(play).filter(([key]) => Object.hasOwn(PLAY_KEYS, key)));
  const wrong = reworded(playKeys.validate(document, path, known));
  diagnostics.push(...wrong);
  for (const key of ['hosts', 'steps']) {
    // A word of another tool in its place has been told already.
    if (key in play || (key === 'steps' && STEP_WORDS.some((word) => word in play))) continue;
    const message = `the play needs \`${key}\``;
    diagnostics.push(
      problemAt(placeOfPlay(play, document, path), { code: 'missing-key', message, hint: NEEDED[key] }),
    );
  }
  const hosts = wrong.some(({ message }) => message.includes('`hosts`')) ? '' : hostPattern(play.hosts);
  const vars = noVariables();
  for (const [at, name] of varsFiles(play.vars_files, [...path, 'vars_files'])) {
    loadVarsFile(name, file, document, at, vars, loading);
  }
  addVariables(vars, play.vars, document, [...path, 'vars'], loading);
  const inherited = {
    when: [],
    vars: noVariables(),
    tags: tagList(play.tags),
    ...(typeof play.become === 'boolean' ? { become: play.become } : {}),
    ...(typeof play.become_user === 'string' ? { becomeUser: play.become_user } : {}),
    ...(isBecomeMethod(play.become_method) ? { becomeMethod: play.become_method } : {}),
    ...(play.no_log === true ? { noLog: true } : {}),
  };
  const lostResults = new Set<string>();
  const place = {
    file,
    document,
    path: [...path, 'steps'],
    chain: [file],
    idPrefix: `${file.shown}#`,
    first,
  };
  return {
    name: typeof play.name === 'string' ? play.name : hosts,
    hosts,
    hostsOrigin: originOf({ document, path: [...path, 'hosts'] }),
    vars: vars.table,
    varOrigins: vars.origins,
    steps: loadSteps(place, inherited, { ...loading, names: new Map(), lostResults }),
    lostResults,
    baseDirectory: dirname(file.absolute),
  };
}

function hostPattern(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value ?? '');
}

const STEP_WORDS = ['tasks', 'roles', 'pre_tasks', 'post_tasks', 'import_playbook'];

const NEEDED: Readonly<Record<string, string>> = {
  hosts: 'for every host of the inventory write `hosts: all`',
  steps: 'begin its steps with `steps:` and `- KIND: …`',
};

/** The first key stands for the whole play, which may be long. */
function placeOfPlay(play: Mapping, document: SourceDocument, path: Path) {
  const [key] = Object.keys(play);
  return key === undefined ? { document, path } : { document, path: [...path, key], at: 'key' as const };
}

function unknownPlayKey(key: string, play: Mapping) {
  const code = 'unknown-key';
  const message = `unknown key \`${key}\` in a play`;
  const word = Object.hasOwn(PLAY_WORDS, key) ? PLAY_WORDS[key] : undefined;
  const isStep = STEP_KINDS.has(key) || key === 'include';
  if (word !== undefined && !(isStep && typeof play[key] === 'object')) return { code, message, hint: word };
  if (isStep) {
    const hint = `\`${key}\` is a step: write it under \`steps\`, after "- "`;
    return { code, message, hint };
  }
  const near = nearest(
    key,
    Object.keys(PLAY_KEYS).filter((known) => !(known in play)),
  );
  if (near !== undefined) return { code, message, hint: `did you mean \`${near}\`?` };
  if (Object.hasOwn(COMMON_KEYS, key)) return { code, message, hint: `\`${key}\` belongs to a step` };
  return { code, message, hint: `known here: ${Object.keys(PLAY_KEYS).join(', ')}` };
}

function varsFiles(value: unknown, path: Path): readonly (readonly [Path, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (!Array.isArray(value)) return [];
  return value.flatMap((name: unknown, index) =>
    typeof name === 'string' ? [[[...path, index], name] as const] : [],
  );
}

function loadVarsFile(
  name: string,
  playbook: FileName,
  document: SourceDocument,
  path: Path,
  vars: ReturnType<typeof noVariables>,
  loading: Loading,
): void {
  const at = { document, path };
  if (name.includes('{{')) {
    const message = 'the name of a variables file takes no {{ }}: it is read before any host is known';
    const hint = 'variables that differ from host to host belong into the inventory';
    loading.diagnostics.push(problemAt(at, { code: 'braces-in-path', message, hint }));
    return;
  }
  const file = fileBeside(name, playbook);
  const found = readDocument(file, loading, at);
  if (found === undefined || found.value === null) return;
  if (typeof found.value !== 'object' || Array.isArray(found.value)) {
    const message = `${file.shown} must be a mapping of variables, but it is ${describeValue(found.value)}`;
    loading.diagnostics.push(problemAt(at, { code: 'wrong-type', message }));
    return;
  }
  addVariables(vars, found.value, found, [], loading);
}
