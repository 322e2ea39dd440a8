import type { Diagnostic } from '../documents/diagnostic.ts';
import { nearest } from '../documents/suggest.ts';
import { alternatives } from '../documents/yaml-words.ts';
import type { Json } from '../engine/json.ts';
import { type ComparedWith, type Reference, writePath } from '../expressions/reference.ts';
import { FACTS } from '../looks/facts/index.ts';

/**
 * Comparisons of a fact with a text that it never says, such as `facts.arch == "x86_64"`: the step would be skipped
 * everywhere without a word.
 */
export function checkComparisons(references: readonly Reference[]): readonly Diagnostic[] {
  return references.flatMap((reference) => {
    const { path, compared, range, source } = reference;
    if (compared === undefined || path[0] !== 'facts' || path.length !== 2) return [];
    const name = String(path[1]);
    return compared.literals.flatMap((literal) => {
      const found = problemOf(name, literal);
      if (found === undefined) return [];
      const { severity, hint } = found;
      const message = `${outcome(reference, compared, literal)}${severity === 'error' ? '' : ', as far as is known'}`;
      const place = range && source ? { file: source.file, range, source } : {};
      return [{ severity, code: 'never-true', message, hint, ...place }];
    });
  });
}

function outcome({ path }: Reference, { operator }: ComparedWith, literal: string): string {
  const fact = writePath(path);
  const text = JSON.stringify(literal);
  if (operator === 'in') return `\`${fact}\` is never ${text}`;
  return `\`${fact} ${operator} ${text}\` is ${operator === '==' ? 'never' : 'always'} true`;
}

interface Problem {
  readonly severity: Diagnostic['severity'];
  readonly hint: string;
}

function problemOf(name: string, literal: string): Problem | undefined {
  if (name === 'distribution' && /[A-Z]/.test(literal)) {
    const hint = `facts.distribution is the ID of os-release(5), in lower case: ${wordOf(literal)}`;
    return { severity: 'warning', hint };
  }
  const fact = FACTS.get(name);
  const values = fact?.values;
  if (fact === undefined || values === undefined || values.includes(literal)) return undefined;
  // What a host says is read in the same way: a text that is read as another one is never the fact itself.
  const said = fact.parse(literal, { received: 0 });
  if (said !== literal) return { severity: 'error', hint: `facts.${name} says ${said}, not ${literal}` };
  return { severity: 'warning', hint: `facts.${name} is ${list(literal, values)}` };
}

const MOST = 6;

function list(literal: string, values: readonly Json[]): string {
  const words = values.map(String);
  const near = nearest(literal, words);
  if (near !== undefined) return `never that, but there is ${near}`;
  return alternatives(words.length > MOST ? [...words.slice(0, MOST), '…'] : words);
}

/** Names that are more than the lower-case letters of what Ansible says. */
const DISTRIBUTIONS: ReadonlyMap<string, string> = new Map([
  ['redhat', 'rhel'],
  ['red hat enterprise linux', 'rhel'],
  ['oraclelinux', 'ol'],
  ['oracle linux', 'ol'],
  ['amazon', 'amzn'],
  ['archlinux', 'arch'],
  ['suse', 'sles'],
]);

function wordOf(literal: string): string {
  const lower = literal.toLowerCase();
  return DISTRIBUTIONS.get(lower) ?? lower;
}
