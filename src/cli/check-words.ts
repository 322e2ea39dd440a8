import type { Options } from 'yargs';
import { ALL_OPTIONS } from './options.ts';
import { UsageError } from './usage.ts';

/**
 * Refuses what the parser would read otherwise than it is meant, before it reads anything: `--dry-run=yes` is not
 * `true` for it, and so would have applied.
 */
export function checkWords(words: readonly string[]): void {
  words.forEach((word, index) => {
    // yargs answers by itself when it meets this, and would go on to apply.
    if (word.startsWith('--get-yargs-completions')) throw new UsageError(`unknown option ${word}`);
    if (word === '--')
      throw new UsageError(
        '"--" cannot be used here',
        'leave it out: for a file with a leading -, write ./-name.yml',
      );
    const [, flags = '', rest] = /^-([A-Za-z]+)([^A-Za-z=].*)$/s.exec(word) ?? [];
    if (rest !== undefined && [...flags].every((flag) => FLAGS.has(flag))) {
      throw new UsageError(
        `-${flags} takes no value, but here is "${rest}"`,
        `write -${flags}, or leave it out`,
      );
    }
    const [, dashes = '', name = '', value] = /^(--?)([A-Za-z][A-Za-z-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (!FLAGS.has(name) || (dashes === '-') !== (name.length === 1)) return;
    const next = words[index + 1];
    const given = value ?? (next === 'true' || next === 'false' ? next : undefined);
    if (given === undefined) return;
    throw new UsageError(
      `${dashes}${name} takes no value, but here is "${given}"`,
      `write ${dashes}${name}, or leave it out`,
    );
  });
}

/** Names of all options that are given or not given. */
const FLAGS: ReadonlySet<string> = new Set(
  Object.entries(ALL_OPTIONS as Readonly<Record<string, Options>>)
    .filter(([, { type }]) => type === 'boolean' || type === 'count')
    .flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()]),
);
