import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { fileProblem } from '../documents/file-problem.ts';

/** One `-i`, resolved. */
export type InventorySource =
  | { readonly kind: 'list'; readonly names: readonly string[] }
  /** `folder`: where `group_vars` and `host_vars` stand. */
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly folder: string };

export interface FoundSource {
  readonly source?: InventorySource;
  readonly diagnostics: readonly Diagnostic[];
}

const YAML_EXTENSIONS = new Set(['.yml', '.yaml', '.json']);
const VARIABLE_FOLDERS = new Set(['group_vars', 'host_vars']);

/** A literal list has a comma (`web1,web2` or `web1,`); all else is a file or a folder. */
export function findSource(text: string, cwd: string): FoundSource {
  const path = resolve(cwd, text);
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    if (text.includes(',')) return { source: { kind: 'list', names: listNames(text) }, diagnostics: [] };
    return { diagnostics: [notFound(fileProblem(error, text))] };
  }
  if (!isFolder) {
    const foreign = foreignFormat(path, text);
    if (foreign) return { diagnostics: [foreign] };
    return { source: { kind: 'files', files: [path], folder: dirname(path) }, diagnostics: [] };
  }
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];
  collect(path, files, diagnostics, cwd);
  if (files.length === 0) {
    const message = 'the folder holds no inventory file (.yml, .yaml, .json)';
    diagnostics.push({ severity: 'error', code: 'no-inventory', message, file: text });
  }
  return { source: { kind: 'files', files, folder: path }, diagnostics };
}

/** How a file is named in messages: short when it is below the current folder. */
export function shownName(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') ? path : short;
}

function listNames(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function notFound(diagnostic: Diagnostic): Diagnostic {
  if (diagnostic.code !== 'file-not-found') return diagnostic;
  return { ...diagnostic, hint: 'for a host instead of a file, end it with a comma: web1,' };
}

function collect(folder: string, files: string[], diagnostics: Diagnostic[], cwd: string): void {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name.endsWith('~')) continue;
    const path = join(folder, entry.name);
    if (statSync(path).isDirectory()) {
      if (!VARIABLE_FOLDERS.has(entry.name)) collect(path, files, diagnostics, cwd);
    } else if (YAML_EXTENSIONS.has(extname(entry.name))) files.push(path);
    else {
      const foreign = foreignFormat(path, shownName(path, cwd));
      if (foreign) diagnostics.push({ ...foreign, severity: 'warning' });
    }
  }
}

/** Ansible's INI inventories and scripts are not read; files such as a README mean nothing. */
function foreignFormat(path: string, file: string): Diagnostic | undefined {
  const extension = extname(path);
  if (YAML_EXTENSIONS.has(extension)) return undefined;
  if (['.md', '.txt', '.cfg', '.orig', '.bak', '.retry', '.rst'].includes(extension)) return undefined;
  const name = basename(path);
  return {
    severity: 'error',
    code: 'inventory-format',
    message: 'only YAML and JSON inventories are read (.yml, .yaml, .json)',
    file,
    hint: `convert it once where Ansible is installed: ansible-inventory -i ${name} --list --yaml --output ${name}.yml`,
  };
}
