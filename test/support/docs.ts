import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Made by `npm run schemas`; their examples are checked where they come from. */
const GENERATED = new Set(['docs/steps.md', 'docs/facts.md']);

/**
 * A fenced block of a page. What stands behind the language says what it is:
 *
 * - `yaml inventory`, `yaml vars`: files of the page's folder, named by their first line (`# hosts.yml`);
 * - `yaml playbook`, with `recipe` when it is applied to real hosts too, or `stuck` when it cannot succeed;
 * - `yaml ci`, `yaml manifest`: a pipeline of a job system, manifests of Kubernetes;
 * - `yaml steps`: a list of steps, a file to include when its first line names one;
 * - `liquid FILE`: a template;
 * - `text mistake FILE s/a/b/`: what is said of a file of the page when `a` is replaced by `b` in it;
 * - `text dry-run FILE`, `text cannot-succeed`: what a dry run on a real host says;
 * - `yaml fragment: REASON`: anything else.
 */
export interface DocBlock {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly info: string;
  readonly text: string;
}

/** A block that is a file of the page's folder. */
export interface DocFile extends DocBlock {
  readonly name: string;
}

/** Pages written by hand, relative to the project. */
export function pages(): readonly string[] {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...docs.map((name) => `docs/${name}`)].filter((page) => !GENERATED.has(page)).sort();
}

export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export function blocksOf(page: string): readonly DocBlock[] {
  const found: DocBlock[] = [];
  let open: { line: number; info: string; lines: string[] } | undefined;
  pageText(page)
    .split('\n')
    .forEach((text, index) => {
      if (!text.startsWith('```')) open?.lines.push(text);
      else if (open === undefined) open = { line: index + 1, info: text.slice(3).trim(), lines: [] };
      else {
        const [language = '', ...info] = open.info.split(' ');
        found.push({
          page,
          line: open.line,
          language,
          info: info.join(' '),
          text: `${open.lines.join('\n')}\n`,
        });
        open = undefined;
      }
    });
  if (open !== undefined) throw new Error(`${page}:${open.line}: a block without end`);
  return found;
}

/** The blocks that are files, with their names. */
export function filesOf(page: string): readonly DocFile[] {
  return blocksOf(page).flatMap((block) => {
    const name = nameOf(block);
    return name === undefined ? [] : [{ ...block, name }];
  });
}

function nameOf({ language, info, text }: DocBlock): string | undefined {
  if (language === 'liquid') return info;
  if (language !== 'yaml') return undefined;
  return /^# (\S+\.ya?ml)\n/.exec(text)?.[1];
}

/** Lays the files of a page out, as a reader would who copies them. */
export function writePage(page: string, folder: string): void {
  for (const { name, text } of filesOf(page)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export function blocksMarked(page: string, language: string, word: string): readonly DocBlock[] {
  return blocksOf(page).filter((block) => block.language === language && block.info.split(' ')[0] === word);
}

/** Calls of `provision` in the code of a page (blocks and indented lines), with what stands behind the name. */
export function commandsOf(
  page: string,
): readonly { readonly line: number; readonly words: readonly string[] }[] {
  let fenced = false;
  const lines = pageText(page).replaceAll('\\\n', ' \n').split('\n');
  return lines.flatMap((text, index) => {
    if (text.startsWith('```')) fenced = !fenced;
    const call = /(?:^|[\s/=])provision (.*)$/.exec(text)?.[1];
    if (call === undefined || !(fenced || text.startsWith('    ')) || text.trim().startsWith('#')) return [];
    const words = (call.split(/ [|#>;]|\)/)[0] ?? '').match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
    return [{ line: index + 1, words }];
  });
}
