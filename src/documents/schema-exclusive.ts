import type { ErrorObject } from 'ajv';
import type { Diagnostic } from './diagnostic.ts';
import type { Path, SourceDocument } from './source-document.ts';

/** Keys of one mapping that exclude each other, all of them given. */
interface Exclusive {
  /** Where the mapping stands, as the validator writes it. */
  readonly owner: string;
  readonly keys: ReadonlySet<string>;
}

/**
 * Keys that a schema allows only without each other (`dependentSchemas` with `false` for the others). A validator
 * refuses each of them on its own; what helps is one message that names all that were given.
 *
 * @returns the groups, and the errors that they do not explain.
 */
export function exclusiveKeys(errors: readonly ErrorObject[]): {
  readonly groups: readonly Exclusive[];
  readonly rest: readonly ErrorObject[];
} {
  const groups = new Map<string, { owner: string; keys: Set<string> }>();
  const rest = errors.filter((error) => {
    const pair = excludedPair(error);
    if (pair === undefined) return true;
    const owner = error.instancePath.slice(0, error.instancePath.lastIndexOf('/'));
    const group = groups.get(owner) ?? { owner, keys: new Set() };
    groups.set(owner, group);
    for (const key of pair) group.keys.add(key);
    return false;
  });
  return { groups: [...groups.values()], rest };
}

function excludedPair({ keyword, schemaPath }: ErrorObject): readonly [string, string] | undefined {
  if (keyword !== 'false schema') return undefined;
  const [, given, excluded] =
    /\/dependentSchemas\/([^/]+)\/properties\/([^/]+)\/false schema$/.exec(schemaPath) ?? [];
  return given === undefined || excluded === undefined ? undefined : [given, excluded];
}

/** "give only one of `content` and `src`", at the last of them, with the places of the others. */
export function describeExclusive(keys: Iterable<string>, document: SourceDocument, owner: Path): Diagnostic {
  const places = [...keys]
    .map((key) => ({ key, range: document.locate([...owner, key], 'key') }))
    .sort((a, b) => a.range.start.offset - b.range.start.offset);
  const names = places.map(({ key }) => `\`${key}\``);
  const last = places.at(-1)!;
  const here = { file: document.file, source: document };
  return {
    severity: 'error',
    code: 'exclusive-keys',
    message: `only one of ${names.slice(0, -1).join(', ')} and ${names.at(-1)} can be given`,
    ...here,
    range: last.range,
    related: places
      .slice(0, -1)
      .map(({ key, range }) => ({ message: `\`${key}\` stands here`, ...here, range })),
  };
}
