import type { Diagnostic } from '../documents/diagnostic.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { type DocumentReader, readYamlFile } from '../documents/yaml.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Play, Playbook } from '../engine/playbook.ts';
import { STEP_KINDS } from '../steps/index.ts';
import { loadPlay } from './load-play.ts';
import { createLoading, type FileName, givenFile, type Loading, readDocument } from './loading.ts';
import { problemAt } from './problem.ts';

export interface LoadPlaybooksOptions {
  /** Folder against which relative paths are resolved. Default: the current one. */
  readonly cwd?: string;
  /** Reads the files. Default: no encrypted ones. */
  readonly read?: DocumentReader;
}

export interface LoadedPlaybooks {
  /**
   * What could be read. With errors it may be incomplete: it must not be run then, but further checks may still
   * be made on it, so that everything wrong is told at once.
   */
  readonly playbooks: readonly Playbook[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads playbook files, with everything they include. Never throws for what a user wrote. */
export function loadPlaybooks(paths: readonly string[], options: LoadPlaybooksOptions = {}): LoadedPlaybooks {
  const loading = createLoading(options.cwd ?? process.cwd(), options.read ?? readYamlFile);
  const seen = new Set<string>();
  const playbooks = paths.flatMap((path) => {
    const file = givenFile(path, loading);
    if (seen.has(file.absolute)) {
      const message = `the playbook ${file.shown} is given twice`;
      loading.diagnostics.push({ severity: 'error', code: 'duplicate-playbook', message });
      return [];
    }
    seen.add(file.absolute);
    const document = readDocument(file, loading);
    return document === undefined ? [] : [loadPlaybook(file, document, loading)];
  });
  return { playbooks, diagnostics: loading.diagnostics };
}

function loadPlaybook(file: FileName, document: SourceDocument, loading: Loading): Playbook {
  const { value } = document;
  if (document.secret === true) {
    const message = 'a playbook cannot be encrypted: its steps stand in every report';
    const hint = 'encrypt the variables alone, and name their file under `vars_files`';
    loading.diagnostics.push(
      problemAt({ document, path: [] }, { code: 'encrypted-playbook', message, hint }),
    );
    return { file: file.shown, plays: [] };
  }
  if (isStepList(value)) {
    const message = 'this is a list of steps, not a playbook';
    const hint = 'write `hosts: all` and `steps:` above it, or bring it into a playbook with `include`';
    loading.diagnostics.push(
      problemAt({ document, path: [] }, { code: 'steps-not-playbook', message, hint }),
    );
    return { file: file.shown, plays: [] };
  }
  if (isInventory(value)) {
    const message = 'this is an inventory, not a playbook';
    const hint = 'give it with -i, and a playbook besides';
    loading.diagnostics.push(
      problemAt({ document, path: [] }, { code: 'inventory-not-playbook', message, hint }),
    );
    return { file: file.shown, plays: [] };
  }
  const list = Array.isArray(value) ? value : [value];
  const plays: Play[] = [];
  let next = 1;
  list.forEach((play: unknown, index) => {
    const path = Array.isArray(value) ? [index] : [];
    if (typeof play !== 'object' || play === null || Array.isArray(play)) {
      loading.diagnostics.push(notAPlay(play, document, path));
      return;
    }
    plays.push(loadPlay(play as Readonly<Record<string, unknown>>, file, document, path, next, loading));
    const { steps } = play as { readonly steps?: unknown };
    next += Array.isArray(steps) ? steps.length : 0;
  });
  return { file: file.shown, plays };
}

/** Whether its items name kinds of step, and none of what only plays have. */
function isStepList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const keys = value.flatMap((item: unknown) =>
    typeof item === 'object' && item !== null ? Object.keys(item) : [],
  );
  return (
    keys.some((key) => STEP_KINDS.has(key) || key === 'include') &&
    !keys.some((key) => ['hosts', 'steps', 'tasks', 'roles'].includes(key))
  );
}

/** Whether it maps groups to their hosts and children. */
function isInventory(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const groups = Object.values(value);
  return groups.length > 0 && groups.every(isGroup) && groups.some((group) => group !== null);
}

function isGroup(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => ['hosts', 'children', 'vars'].includes(key));
}

function notAPlay(value: unknown, document: SourceDocument, path: readonly number[]): Diagnostic {
  const hint = 'write at least `hosts: all` and `steps:` with a list of steps';
  if (value === null && path.length === 0) {
    return problemAt({ document, path }, { code: 'empty-playbook', message: 'the playbook is empty', hint });
  }
  const message = `a play is a mapping, but this is ${describeValue(value)}`;
  return problemAt({ document, path }, { code: 'wrong-type', message, hint });
}
