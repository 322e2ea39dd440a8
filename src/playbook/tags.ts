import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import type { PlaybookStep } from '../engine/playbook.ts';

export interface TagChoice {
  /** `--tags`; empty means `all`. */
  readonly tags: readonly string[];
  /** `--skip-tags`. */
  readonly skip: readonly string[];
}

const SPECIAL = ['all', 'tagged', 'untagged', 'always', 'never'];

/**
 * Whether a step is carried out, by Ansible's rules: `always` unless it is skipped, `never` only when it or
 * another of its tags is asked for by name.
 */
export function isChosen({ tags }: Pick<PlaybookStep, 'tags'>, choice: TagChoice): boolean {
  const own = tags.length === 0 ? ['untagged'] : tags;
  const wanted = choice.tags.length === 0 ? ['all'] : choice.tags;
  const sleeping = own.includes('never');
  const asked =
    own.includes('always') ||
    (wanted.includes('all') && !sleeping) ||
    own.some((tag) => wanted.includes(tag)) ||
    (wanted.includes('tagged') && tags.length > 0 && !sleeping);
  if (!asked) return false;
  if (choice.skip.includes('all')) return own.includes('always') && !choice.skip.includes('always');
  if (own.some((tag) => choice.skip.includes(tag))) return false;
  return !(choice.skip.includes('tagged') && tags.length > 0);
}

/** A tag that no step has is a slip: it would choose nothing, or skip nothing. */
export function unknownTags(steps: readonly PlaybookStep[], choice: TagChoice): readonly Diagnostic[] {
  const known = new Set([...SPECIAL, ...steps.flatMap(({ tags }) => tags)]);
  const given = [
    ...choice.tags.map((tag) => ['--tags', tag] as const),
    ...choice.skip.map((tag) => ['--skip-tags', tag] as const),
  ];
  return given.flatMap(([option, tag]) => {
    if (known.has(tag)) return [];
    const own = [...known].filter((word) => !SPECIAL.includes(word)).sort();
    const near = nearest(tag, known);
    const hint = near
      ? `did you mean \`${near}\`?`
      : own.length > 0
        ? `the tags are ${own.join(', ')}`
        : 'no step has any tag';
    return [
      { severity: 'error', code: 'unknown-tag', message: `${option}: no step has the tag \`${tag}\``, hint },
    ];
  });
}
