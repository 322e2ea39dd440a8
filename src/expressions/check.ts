import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import { describeValue } from '../documents/yaml-words.ts';
import { SecretValue } from '../secrets/secret-value.ts';
import { ansibleFactHint } from './ansible-facts.ts';
import { type Reference, type ReferenceSegment, writePath } from './reference.ts';
import type { VariableTable } from './scope.ts';

/** What is known of a root before any host is asked. */
export type Known =
  /** The value itself; text in it that holds `{{ }}` is not looked into. */
  | { readonly kind: 'value'; readonly value: unknown }
  /** The names of its members, not their values: facts. `noun`: what one is called, such as "fact". */
  | {
      readonly kind: 'members';
      readonly names: readonly string[];
      readonly noun?: string;
      /** What they are the members of, such as "the result of a `command`". */
      readonly owner?: string;
      /** What to write instead of a name that is likely to be tried. */
      readonly instead?: (member: string) => string | undefined;
    }
  /** That it exists: loop items, registered results. */
  | { readonly kind: 'any' };

export interface KnownNames {
  readonly roots: ReadonlyMap<string, Known>;
}

/** Undefined variables and members, with the nearest spelling. What may be absent (`optionalFrom`) is not asked for. */
export function checkReferences(references: readonly Reference[], known: KnownNames): readonly Diagnostic[] {
  return references.flatMap((reference) => {
    const found = problemOf(reference, known);
    if (!found) return [];
    const { range, source } = reference;
    return [
      {
        severity: 'error' as const,
        ...found,
        ...(range && source ? { file: source.file, range, source } : {}),
      },
    ];
  });
}

type Problem = Pick<Diagnostic, 'code' | 'message' | 'hint'>;

function problemOf(
  { path, optionalFrom = path.length }: Reference,
  { roots }: KnownNames,
): Problem | undefined {
  if (optionalFrom === 0) return undefined;
  const [root] = path;
  const known = roots.get(root);
  if (!known) {
    return problem(
      'undefined-variable',
      // Each fact of Ansible has a hint of its own.
      `undefined variable \`${root === 'ansible_facts' ? writePath(path) : root}\``,
      nearest(root, roots.keys()),
      ansibleFactHint(root, path[1]),
    );
  }
  if (known.kind === 'any') return undefined;
  if (known.kind === 'members') return memberProblem(path, known, optionalFrom);
  let value = known.value;
  for (let index = 1; index < optionalFrom; index++) {
    const segment = path[index]!;
    if (isTemplate(value) || typeof segment === 'object') return undefined;
    const owner = writePath(path.slice(0, index));
    if (typeof value !== 'object' || value === null)
      return problem('undefined-member', `\`${owner}\` has no members: it is ${describeValue(value)}`);
    if (!Object.hasOwn(value, segment)) {
      const near = Array.isArray(value) ? undefined : nearest(String(segment), Object.keys(value));
      const shown = writePath(path.slice(0, index + 1));
      const message =
        index === 1 || near
          ? `undefined variable \`${shown}\``
          : `undefined variable \`${shown}\`: \`${owner}\` has no such member`;
      return problem('undefined-member', message, near);
    }
    value = (value as Record<string | number, unknown>)[segment];
  }
  return undefined;
}

function memberProblem(
  path: readonly ReferenceSegment[],
  { names, noun = 'member', owner, instead }: Extract<Known, { kind: 'members' }>,
  optionalFrom: number,
): Problem | undefined {
  const member = path[1];
  if (typeof member !== 'string' || optionalFrom < 2 || names.includes(member)) return undefined;
  const where = owner === undefined ? '' : ` in ${owner}`;
  const message = `there is no ${noun} \`${member}\`${where}`;
  return problem(`unknown-${noun}`, message, nearest(member, names), instead?.(member));
}

function problem(code: string, message: string, near?: string, better?: string): Problem {
  const hint = better ?? (near && `did you mean \`${near}\`?`);
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

function isTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes('{{');
}

/** The references and, through variables that hold `{{ }}`, everything that they need in turn. */
export function expandReferences(
  references: readonly Reference[],
  variables: readonly VariableTable[],
): readonly Reference[] {
  const all = [...references];
  const visited = new Set<string>();
  // `all` grows while it is walked.
  for (const { path } of all) {
    const [root] = path;
    if (visited.has(root)) continue;
    visited.add(root);
    const compiled = variables.map((table) => table.get(root)).find((found) => found !== undefined);
    if (compiled && !compiled.isConstant) all.push(...compiled.references);
  }
  return all;
}

/** `Known` for every variable of the tables; the first table that has a name wins. */
export function knownVariables(variables: readonly VariableTable[]): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const table of variables) {
    for (const name of table.keys()) {
      const compiled = known.has(name) ? undefined : table.get(name);
      if (compiled?.raw instanceof SecretValue) known.set(name, { kind: 'any' });
      else if (compiled) known.set(name, { kind: 'value', value: compiled.raw });
    }
  }
  return known;
}
