import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import { compileSchema, type Validator } from '../documents/schema.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import {
  type DocumentReader,
  type ParsedDocument,
  parseYamlDocument,
  readYamlFile,
} from '../documents/yaml.ts';
import { createDraft, type Draft } from './builder.ts';
import { checkDraft } from './check-draft.ts';
import { completeGroups, findCycles } from './group-graph.ts';
import type { Inventory } from './inventory.ts';
import type { VariableLayer } from './precedence.ts';
import { readGroups } from './read-groups.ts';
import { type LayerFiles, resolveInventory } from './resolve.ts';
import { createSelector } from './select.ts';
import { findSource, type InventorySource, shownName } from './sources.ts';
import { openVariableFolder, type VariableFolder } from './variable-files.ts';

export interface LoadInventoryOptions {
  /** Folder of the playbook: its `group_vars/` and `host_vars/` count too. */
  readonly playbookDir?: string;
  /** Folder against which relative sources are resolved. Default: the current one. */
  readonly cwd?: string;
  /** Reads the files. Default: no encrypted ones. */
  readonly read?: DocumentReader;
}

export interface LoadedInventory {
  /** Missing when there are errors. */
  readonly inventory?: Inventory;
  readonly diagnostics: readonly Diagnostic[];
}

let validator: Validator | undefined;

/** Reads inventory sources in order (later ones win): files, folders, or literal lists such as `web1,web2,`. */
export function loadInventory(
  sources: readonly string[],
  options: LoadInventoryOptions = {},
): LoadedInventory {
  const cwd = resolve(options.cwd ?? '.');
  const read = options.read ?? readYamlFile;
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => diagnostics.push(diagnostic);
  const draft = createDraft();
  const found: InventorySource[] = [];
  for (const text of sources) {
    const { source, diagnostics: problems } = findSource(text, cwd);
    problems.forEach(report);
    if (!source) continue;
    found.push(source);
    readSource(source, draft, cwd, report, read);
  }
  diagnostics.push(...findCycles(draft));
  if (hasErrors(diagnostics)) return { diagnostics };
  completeGroups(draft);
  diagnostics.push(...checkDraft(draft));
  const files = variableFiles(
    found,
    options.playbookDir && resolve(cwd, options.playbookDir),
    draft,
    cwd,
    report,
    read,
  );
  const { hosts, groups } = resolveInventory(draft, files);
  if (hasErrors(diagnostics)) return { diagnostics };
  return { inventory: { hosts, groups, select: createSelector(hosts, groups) }, diagnostics };
}

function readSource(
  source: InventorySource,
  draft: Draft,
  cwd: string,
  report: (d: Diagnostic) => void,
  read: DocumentReader,
): void {
  validator ??= compileSchema(inventorySchema());
  for (const { document, diagnostics } of parsedFiles(source, cwd, read)) {
    diagnostics.forEach(report);
    if (!document) continue;
    if (document.secret === true) {
      report(encryptedInventory(document.file));
      continue;
    }
    if (isPlaybook(document.value)) {
      report(playbookGiven(document));
      continue;
    }
    const problems = validator.validate(document);
    problems.forEach(report);
    if (problems.length === 0) readGroups(document, draft, report);
  }
}

/** A list of plays, or one play: steps for hosts. */
function isPlaybook(value: unknown): boolean {
  const plays = Array.isArray(value) ? value : [value];
  return plays.some(
    (play: unknown) =>
      typeof play === 'object' &&
      play !== null &&
      ['steps', 'tasks', 'roles'].some((key) => Array.isArray(member(play, key))),
  );
}

function member(value: object, key: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[key];
}

function encryptedInventory(file: string): Diagnostic {
  return {
    severity: 'error',
    code: 'encrypted-inventory',
    message: 'an inventory cannot be encrypted as a whole: the names of hosts stand in every report',
    file,
    hint: 'encrypt the variables alone, in group_vars/ or host_vars/ beside it',
  };
}

function playbookGiven(document: SourceDocument): Diagnostic {
  return {
    severity: 'error',
    code: 'playbook-not-inventory',
    message: 'this is a playbook, not an inventory',
    file: document.file,
    source: document,
    range: document.locate([]),
    hint: 'give the inventory with -i, and the playbook besides',
  };
}

function parsedFiles(source: InventorySource, cwd: string, read: DocumentReader): readonly ParsedDocument[] {
  if (source.kind === 'files') return source.files.map((file) => read(file, shownName(file, cwd)));
  const text = JSON.stringify({ ungrouped: { hosts: source.names } });
  return [parseYamlDocument(text, 'hosts given with -i')];
}

/** The `group_vars` and `host_vars` folders beside the inventory sources and the playbook. */
function variableFiles(
  sources: readonly InventorySource[],
  playbookDir: string | undefined,
  draft: Draft,
  cwd: string,
  report: (diagnostic: Diagnostic) => void,
  read: DocumentReader,
): readonly LayerFiles[] {
  const beside = new Set(sources.flatMap((source) => (source.kind === 'files' ? [source.folder] : [])));
  const groups = new Set(draft.groups.keys());
  const hosts = new Set(draft.hosts.keys());

  function open(folder: string, owner: 'inventory' | 'playbook'): readonly LayerFiles[] {
    const groupVars = openVariableFolder(join(folder, 'group_vars'), cwd, report, read);
    const hostVars = openVariableFolder(join(folder, 'host_vars'), cwd, report, read);
    groupVars.checkNames(groups, 'group');
    hostVars.checkNames(hosts, 'host');
    return [
      layerFiles(`${owner} group_vars/all`, groupVars),
      layerFiles(`${owner} group_vars`, groupVars),
      layerFiles(`${owner} host_vars`, hostVars),
    ];
  }

  const files = [...beside].flatMap((folder) => open(folder, 'inventory'));
  // Read once when the playbook stands beside the inventory: the order of layers makes no difference then.
  if (playbookDir === undefined || beside.has(playbookDir)) return files;
  return [...files, ...open(playbookDir, 'playbook')];
}

function layerFiles(layer: VariableLayer, folder: VariableFolder): LayerFiles {
  return { layer, definitions: (owner) => folder.definitions(owner, layer) };
}

/** The schema that editors use too. */
export function inventorySchema(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../../schemas/inventory.schema.json', import.meta.url), 'utf8'));
}
