import type { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import { nearest } from '../documents/suggest.ts';
import { celEnvironment } from './environment.ts';
import { FUNCTIONS } from './functions.ts';
import { variableNameProblem } from './identifier.ts';

export interface CelProblem {
  readonly reason: string;
  readonly hint?: string;
}

const TYPE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^dyn<(.+)>$/, '$1'],
  [/^list.*$/, 'a list'],
  [/^map.*$/, 'a mapping'],
  [/^u?int$/, 'a whole number'],
  [/^double$/, 'a number'],
  [/^string$/, 'text'],
  [/^bool$/, 'true or false'],
  [/^null(_type)?$/, 'null'],
  [/^dyn$/, 'some value'],
  [/^google\.protobuf\.(\w+)$/, 'a $1'],
];

/** `dyn<double>` as "a number". */
function celTypeWords(type: string): string {
  return TYPE_WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), type.trim());
}

/** An error of parsing, checking or evaluating CEL, in the words of someone who writes a playbook. */
export function describeCelError(
  error: ParseError | EvaluationError | CelTypeError,
  source: string,
): CelProblem {
  const { summary } = error;
  switch (error.code) {
    case 'no_such_overload':
      return operatorProblem(summary);
    case 'no_matching_overload':
      return callProblem(summary);
    case 'invalid_condition_type':
      return { reason: `what stands before \`?\` must be true or false, but it is ${typeIn(summary)}` };
    case 'invalid_logical_operand':
      return {
        reason: `\`&&\` and \`||\` stand between true and false, but here is ${typeIn(summary)}`,
        hint: 'compare it, for example: x == "yes"',
      };
    case 'incompatible_ternary_branches': {
      const [, left = '', right = ''] = /got '(.*)' and '(.*)'/.exec(summary) ?? [];
      const reason = `both results of \`? :\` must be of one type, not ${celTypeWords(left)} and ${celTypeWords(right)}`;
      return { reason, hint: 'to allow both, write dyn(…) around each' };
    }
    case 'invalid_macro_argument':
      if (summary.startsWith('has()'))
        return { reason: 'has() takes a member, such as has(x.y)', hint: 'for a variable, use defined(x)' };
      return { reason: summary };
    case 'cannot_index_type':
      return { reason: `there are no members in ${typeIn(summary)}` };
    case 'division_by_zero':
    case 'modulo_by_zero':
      return { reason: 'division by zero' };
    case 'numeric_overflow':
      return { reason: summary.replace(/^integer overflow: (.*)$/, 'the number $1 is too large') };
    case 'index_out_of_bounds':
      return {
        reason: summary.replace(/^.*index (\S+) >= size (\d+)$/, 'there is no item [$1]: the list has $2'),
      };
    default:
      return error.name === 'ParseError'
        ? syntaxProblem(summary, source, error.range?.start ?? 0)
        : { reason: summary };
  }
}

function typeIn(summary: string): string {
  return celTypeWords(/'(.*)'/.exec(summary)?.[1] ?? 'dyn');
}

function operatorProblem(summary: string): CelProblem {
  const [, left, operator, right] = /^no such overload: (.+) (\S+) (.+)$/.exec(summary) ?? [];
  if (left === undefined || operator === undefined || right === undefined) {
    const [, sign, type] = /^no such overload: (.)(.+)$/.exec(summary) ?? [];
    return sign && type
      ? { reason: `\`${sign}\` does not work on ${celTypeWords(type)}` }
      : { reason: summary };
  }
  const reason = `\`${operator}\` does not work between ${celTypeWords(left)} and ${celTypeWords(right)}`;
  const types = [left, right].map((type) => celTypeWords(type));
  const mixed = types.includes('text') && types.some((type) => type.endsWith('number'));
  if (mixed)
    return {
      reason,
      hint: operator === '+' ? 'make text of the number: string(…)' : 'make a number of the text: int(…)',
    };
  return { reason };
}

function callProblem(summary: string): CelProblem {
  const [, called = '', types = ''] = /for '([^(]+)\((.*)\)'/.exec(summary) ?? [];
  const name = called.slice(called.lastIndexOf('.') + 1);
  const definitions = celEnvironment().getDefinitions().functions;
  const signatures = definitions
    .filter((definition) => definition.name === name)
    .map(({ signature }) => signature);
  const documented = FUNCTIONS.find((definition) => definition.name === name)?.signatures;
  if (signatures.length === 0) {
    const near = nearest(name, new Set(definitions.map((definition) => definition.name)));
    const reason = `there is no function \`${name}\``;
    return near ? { reason, hint: `did you mean \`${near}\`?` } : { reason };
  }
  const given = types === '' ? 'no argument' : types.split(', ').map(celTypeWords).join(', ');
  const receiver = called.includes('.')
    ? ` on ${celTypeWords(called.slice(0, called.lastIndexOf('.')))}`
    : '';
  const known = [...new Set([...signatures, ...(documented ?? [])])].map(readable).join('; ');
  return { reason: `\`${name}\` cannot be used${receiver} with ${given}`, hint: `it is written ${known}` };
}

function readable(signature: string): string {
  return signature
    .replace(/<dyn(, dyn)?>/g, '')
    .replaceAll('dyn', 'any')
    .replaceAll('ast', 'any');
}

/** Words of Jinja and Python that people bring along, and what to write here. */
const HABITS: readonly (readonly [RegExp, string])[] = [
  [/\bis\s+(not\s+)?defined\b/, 'write defined(x) or !defined(x)'],
  [
    /\bis\s+(not\s+)?(changed|failed|skipped)\b|[^|]\|\s*(changed|failed|skipped)\b/,
    'write x.changed, x.failed or x.skipped',
  ],
  [/\bis\s+(not\s+)?(succeeded|success)\b/, 'write !x.failed'],
  [/\sand\s/, 'write && for "and"'],
  [/\sor\s/, 'write || for "or"'],
  [/(^|\s|\()not\s/, 'write ! for "not"'],
  [/[^|]\|\s*default\b/, 'write default(x, "fallback")'],
  [/[^|]\|[^|]/, 'filters are functions here: write lower(x) for x | lower'],
  [/[^=!<>]=[^=]/, 'write == to compare'],
  [/^\s*\./, 'for a literal {{ write {{ "{{" }}'],
  [/\sif\s.*\selse\s/, 'write condition ? a : b'],
  [/^\s*[%#]/, 'blocks such as {% %} are not available here; use a file template'],
];

function syntaxProblem(summary: string, source: string, at: number): CelProblem {
  const [, reserved] = /^Reserved identifier: (\w+)$/.exec(summary) ?? [];
  const name = reserved === undefined ? undefined : variableNameProblem(reserved);
  if (name) return { reason: name.message, hint: name.hint };
  const hint = HABITS.find(([pattern]) => pattern.test(source))?.[1];
  const found =
    at >= source.trimEnd().length ? 'it ends too early' : `unexpected ${JSON.stringify(tokenAt(source, at))}`;
  const known = /^Unexpected (token|character)/.test(summary);
  const reason = `this is no valid expression: ${known ? found : lowerFirst(summary)}`;
  return hint ? { reason, hint } : { reason };
}

function tokenAt(source: string, at: number): string {
  return /^(?:\w+|\S)/.exec(source.slice(at))?.[0] ?? source[at] ?? '';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
