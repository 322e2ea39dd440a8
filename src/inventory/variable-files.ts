import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import type { DocumentReader } from '../documents/yaml.ts';
import { describeValue } from '../documents/yaml-words.ts';
import type { Definitions } from './builder.ts';
import { readDefinitions } from './definitions.ts';
import type { VariableLayer } from './precedence.ts';
import { shownName } from './sources.ts';

/** In the order in which they are looked for; the first that exists is taken, as in Ansible. */
const EXTENSIONS = ['', '.yml', '.yaml', '.json'];
/** The same, encrypted: read besides, and stronger. */
const ENCRYPTED = ['.age', '.yml.age', '.yaml.age', '.json.age'];

export interface VariableFolder {
  /** The variables that the folder holds for a group or host, weakest file first. */
  definitions(name: string, layer: VariableLayer): readonly Definitions[];
  /** Files for names that do not exist but are nearly spelled like one that does. */
  checkNames(known: ReadonlySet<string>, what: 'group' | 'host'): void;
}

/** A `group_vars` or `host_vars` folder; one that does not exist is empty. */
export function openVariableFolder(
  folder: string,
  cwd: string,
  report: (d: Diagnostic) => void,
  read: DocumentReader,
): VariableFolder {
  const entries = list(folder);
  const byName = new Map<string, string[]>();
  for (const entry of entries) {
    const name = withoutExtension(entry);
    byName.set(name, [...(byName.get(name) ?? []), entry]);
    // A host name may end in what looks like an extension: `web1.json` the file, `a.yml` no host.
    if (name !== entry) byName.set(entry, [...(byName.get(entry) ?? []), entry]);
  }

  function definitions(name: string, layer: VariableLayer): readonly Definitions[] {
    const named = byName.get(name);
    // Most hosts have no file of their own.
    if (named === undefined) return [];
    return [EXTENSIONS, ENCRYPTED].flatMap((extensions) => {
      const found = extensions.map((extension) => name + extension).filter((entry) => named.includes(entry));
      const [first, ...shadowed] = found;
      if (first === undefined) return [];
      for (const entry of shadowed) report(shadowedFile(entry, first));
      return filesOf(join(folder, first)).flatMap((file) => readFile(file, name, layer));
    });
  }

  function shadowedFile(entry: string, first: string): Diagnostic {
    const file = shownName(join(folder, entry), cwd);
    const message = `this is not read, because ${first} stands beside it`;
    return { severity: 'warning', code: 'variables-shadowed', message, file, hint: 'put both into one' };
  }

  function readFile(path: string, owner: string, layer: VariableLayer): readonly Definitions[] {
    const { document, diagnostics } = read(path, shownName(path, cwd));
    diagnostics.forEach(report);
    if (!document || document.value === null) return [];
    const { value, file } = document;
    if (typeof value !== 'object' || Array.isArray(value)) {
      const message = `a file of variables must be a mapping, but this is ${describeValue(value)}`;
      report({
        severity: 'error',
        code: 'wrong-type',
        message,
        file,
        source: document,
        range: document.locate([]),
      });
      return [];
    }
    return [readDefinitions(value as Record<string, unknown>, { document, path: [] }, layer, owner, report)];
  }

  function checkNames(known: ReadonlySet<string>, what: 'group' | 'host'): void {
    for (const entry of entries) {
      const name = withoutExtension(entry);
      if (known.has(name) || known.has(entry)) continue;
      const near = nearest(name, known);
      if (near === undefined) continue;
      const file = shownName(join(folder, entry), cwd);
      const message = `there is no ${what} \`${name}\` for these variables`;
      report({
        severity: 'warning',
        code: `unknown-${what}`,
        message,
        file,
        hint: `did you mean \`${near}\`?`,
      });
    }
  }

  return { definitions, checkNames };
}

/** `web.yml.age` as `web.yml`. */
function plainName(entry: string): string {
  return entry.endsWith('.age') ? entry.slice(0, -'.age'.length) : entry;
}

function withoutExtension(entry: string): string {
  const plain = plainName(entry);
  const extension = extname(plain);
  return EXTENSIONS.includes(extension) ? plain.slice(0, plain.length - extension.length) : plain;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter(isVisible).sort();
  } catch {
    return [];
  }
}

function isVisible(name: string): boolean {
  return !name.startsWith('.') && !name.endsWith('~');
}

/** The file itself, or every file of a folder and its folders, sorted. */
function filesOf(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return list(path).flatMap((entry) => {
    const inner = join(path, entry);
    if (statSync(inner).isDirectory()) return filesOf(inner);
    return EXTENSIONS.includes(extname(plainName(entry))) ? [inner] : [];
  });
}
