import { matchesPatternList, matchesWildcard } from '../../patterns/wildcard.ts';
import { nextWord } from './words.ts';

/** What a block's condition is held against. */
export interface Subject {
  /** The host as it was asked for. */
  readonly host: string;
  /** What HostName has made of it so far; `Match host` looks at it. */
  readonly hostName: string;
  /** Who logs in, as far as is known by now. */
  readonly user: string;
  readonly localUser: string;
}

/** One criterion of a Match line. */
export type Criterion =
  | { readonly kind: 'all'; readonly negated: boolean }
  | {
      readonly kind: 'host' | 'originalhost' | 'user' | 'localuser';
      readonly patterns: readonly string[];
      readonly negated: boolean;
    }
  /** Not used here: never fulfilled, and said to be so. */
  | { readonly kind: 'unused'; readonly name: string };

/** When a block counts. */
export type Condition =
  | { readonly kind: 'host'; readonly patterns: readonly string[] }
  | { readonly kind: 'match'; readonly criteria: readonly Criterion[] };

/** Criteria of OpenSSH, up to 10.0, that are not used; those with an argument. */
const WITH_ARGUMENT = new Set(['exec', 'localnetwork', 'tagged', 'version', 'sessiontype', 'command']);

/** Whether a Host line speaks of a host (case counts, as with ssh): one pattern matches, and none with `!` before it. */
export function hostMatches(patterns: readonly string[], host: string): boolean {
  let found = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (!matchesWildcard(negated ? pattern.slice(1) : pattern, host)) continue;
    if (negated) return false;
    found = true;
  }
  return found;
}

/** Whether all criteria are fulfilled; `unused` is one that nobody can tell of, where all others are. */
export function criteriaMatch(
  criteria: readonly Criterion[],
  subject: Subject,
): boolean | { readonly unused: string } {
  let unused: string | undefined;
  for (const criterion of criteria) {
    if (criterion.kind === 'unused') unused ??= criterion.name;
    else if (fulfils(criterion, subject) === criterion.negated) return false;
  }
  return unused === undefined ? true : { unused };
}

function fulfils(criterion: Exclude<Criterion, { readonly kind: 'unused' }>, subject: Subject): boolean {
  switch (criterion.kind) {
    case 'all':
      return true;
    case 'host':
      return matchesPatternList(criterion.patterns, subject.hostName.toLowerCase());
    case 'originalhost':
      return matchesPatternList(criterion.patterns, subject.host.toLowerCase());
    case 'user':
      return matchesPatternList(criterion.patterns, subject.user);
    case 'localuser':
      return matchesPatternList(criterion.patterns, subject.localUser);
  }
}

/** Reads what follows `Match`, or says what is wrong with it. Words are split otherwise than everywhere else: by OpenSSH. */
export function readCriteria(text: string): readonly Criterion[] | string {
  const criteria: Criterion[] = [];
  let left: string | undefined = text;
  let attributes = 0;
  const take = (): string | undefined => {
    if (left === undefined) return undefined;
    const next = nextWord(left);
    left = next?.rest;
    return next?.word;
  };
  for (let word = take(); word !== undefined && word !== ''; word = take()) {
    if (word.startsWith('#')) {
      left = undefined;
      break;
    }
    const negated = word.startsWith('!');
    const name = (negated ? word.slice(1) : word).toLowerCase();
    if (name === 'all') {
      const after = take();
      const alone = after === undefined || after === '' || after.startsWith('#');
      if (attributes > 1 || !alone) return '"all" cannot stand together with other criteria';
      return [...criteria, { kind: 'all', negated }];
    }
    attributes += 1;
    if (name === 'canonical' || name === 'final') {
      // There is one pass only, in which "not final" is true.
      if (!negated) criteria.push({ kind: 'unused', name });
      continue;
    }
    const value = take();
    if (value === undefined || value === '' || value.startsWith('#')) return `"${name}" needs a value`;
    if (WITH_ARGUMENT.has(name)) criteria.push({ kind: 'unused', name });
    else if (name === 'host' || name === 'originalhost')
      criteria.push({ kind: name, patterns: value.toLowerCase().split(','), negated });
    else if (name === 'user' || name === 'localuser')
      criteria.push({ kind: name, patterns: value.split(','), negated });
    else return `"${name}" is no criterion of Match`;
  }
  if (attributes === 0) return 'Match needs a criterion, such as host, user or all';
  return left === undefined || left === '' ? criteria : 'there is more behind the criteria';
}
