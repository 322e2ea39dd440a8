import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsMarkdown } from './markdown.ts';
import type { PartResult, Results } from './results.ts';

const DIRECTORY = fileURLToPath(new URL('../results/', import.meta.url));
const RESULTS_JSON = join(DIRECTORY, 'latest.json');
export const RESULTS_MARKDOWN = join(DIRECTORY, 'latest.md');

/** The results so far; of parts that were never measured there are none. */
export function readResults(file = RESULTS_JSON): Results {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { format: 1, parts: [] };
    throw error;
  }
}

/**
 * Keeps a part's result in the place of an earlier one: what other parts have found stays, so that a failure late loses
 * nothing, and one part can be measured again by itself.
 *
 * @param order ids of all parts, as they are to stand.
 */
export function savePart(part: PartResult, order: readonly string[]): void {
  const before = readResults().parts;
  // A failure says so on the terminal; figures of an earlier run are worth more than none.
  if (part.error !== undefined && before.some(({ id }) => id === part.id)) return;
  const others = before.filter(({ id }) => id !== part.id);
  const parts = [...others, part].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const results: Results = { format: 1, parts };
  mkdirSync(DIRECTORY, { recursive: true });
  writeWhole(RESULTS_JSON, `${JSON.stringify(results, null, 2)}\n`);
  writeWhole(RESULTS_MARKDOWN, resultsMarkdown(results));
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
