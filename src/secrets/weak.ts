import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Path, SourceDocument } from '../documents/source-document.ts';
import { isTooShort } from './short-words.ts';

/** So many variables are named one by one. */
const NAMED = 5;
/** Numbers with fewer digits are ports, sizes and modes; in quotes they are text, and may be a PIN. */
const FEWEST_DIGITS = 6;

/** A warning for the values of an encrypted file that are too short to be found in texts, and so are not masked. */
export function unmaskable(document: SourceDocument): readonly Diagnostic[] {
  const found = [...leaves(document.value, [])].filter(isUnmaskable);
  const [first] = found;
  if (first === undefined) return [];
  const names = namesOf(found.map(([path]) => path));
  const [subject, verb] = found.length === 1 ? ['the value of', 'is'] : ['the values of', 'are'];
  return [
    {
      severity: 'warning',
      code: 'short-secret',
      message: `${subject} ${names} ${verb} too short to be masked where a host or a command prints it`,
      hint: 'take longer secrets (a number of four or five digits in quotes), hide such output with `no_log`, and move what is no secret to a file that is not encrypted',
      ...placeOf(document, first[0]),
    },
  ];
}

/** Warnings for values that are the name of a host too, which is masked then wherever people read it. */
export function sameAsHosts(
  document: SourceDocument,
  hosts: { has(name: string): boolean },
): readonly Diagnostic[] {
  return [...leaves(document.value, [])].flatMap(([path, value]): readonly Diagnostic[] => {
    if (typeof value !== 'string' || value.length < 3 || !hosts.has(value)) return [];
    return [
      {
        severity: 'warning',
        code: 'secret-is-host',
        message: `the value of ${nameOf(path)} is the name of a host too: that name is masked wherever people read it`,
        hint: 'take another secret, or move what is no secret to a file that is not encrypted',
        ...placeOf(document, path),
      },
    ];
  });
}

function isUnmaskable([path, value]: readonly [Path, unknown]): boolean {
  if (typeof value === 'string') return isTooShort(value);
  // Most short numbers in such files are ports and the like.
  return typeof value === 'number' && String(value).length < FEWEST_DIGITS && path.some(isTelling);
}

function isTelling(name: string | number): boolean {
  return /pass|pwd|pin|token|secret|key|code/i.test(String(name));
}

function* leaves(value: unknown, path: Path): Generator<readonly [Path, unknown]> {
  if (typeof value !== 'object' || value === null) yield [path, value];
  else if (Array.isArray(value)) for (const [at, item] of value.entries()) yield* leaves(item, [...path, at]);
  else for (const [key, member] of Object.entries(value)) yield* leaves(member, [...path, key]);
}

function namesOf(paths: readonly Path[]): string {
  const named = paths.slice(0, NAMED).map(nameOf);
  const more = paths.length - named.length;
  if (more > 0) return `${named.join(', ')} and ${more} more`;
  return named.length < 2 ? named.join() : `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
}

/** Such as `users[0].pin`. */
function nameOf(path: Path): string {
  const text = path.map((part, at) =>
    typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`,
  );
  return `\`${text.join('')}\``;
}

function placeOf(document: SourceDocument, path: Path): Pick<Diagnostic, 'file' | 'source' | 'range'> {
  return { file: document.file, source: document, range: document.locate(path, 'key') };
}
