import { isIPv6 } from '../net/is-ipv6.ts';
import { type BadPattern, compilePattern, isBadPattern } from '../patterns/pattern.ts';

/** One term of a host pattern. */
export interface PatternTerm {
  /** `!` takes hosts away, `&` keeps only those that match, else hosts are added. */
  readonly operator: 'union' | 'intersection' | 'exclusion';
  /** Without operator and subscript: a name, a glob, or `~` and a regular expression. */
  readonly text: string;
  /** `[0]`, `[-1]`, `[1:3]` (both ends included): which of the hosts of a group or glob. */
  readonly subscript?: { readonly from: number; readonly to: number | undefined };
}

/**
 * Splits a host pattern: terms between `:` or `,`, with `&` and `!` before them. Colons of IPv6 addresses, in brackets
 * or of names in `known` do not split. Unions come first, then intersections, then exclusions, as in Ansible; without
 * any union the others start from all hosts.
 */
export function parsePattern(pattern: string, known: (name: string) => boolean): readonly PatternTerm[] {
  const terms = splitOutsideBrackets(pattern, ',')
    .flatMap((piece) => splitColons(piece.trim(), known))
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece) => parseTerm(piece, known));
  const ordered = (['union', 'intersection', 'exclusion'] as const).flatMap((operator) =>
    terms.filter((term) => term.operator === operator),
  );
  if (ordered.length === 0 || ordered[0]!.operator === 'union') return ordered;
  return [{ operator: 'union', text: 'all' }, ...ordered];
}

function splitColons(piece: string, known: (name: string) => boolean): readonly string[] {
  const bare = piece.replace(/^[!&]/, '');
  if (known(bare) || isIPv6(bare.replace(/^\[(.*)\]$/, '$1')) || bare.startsWith('~')) return [piece];
  return splitOutsideBrackets(piece, ':');
}

function splitOutsideBrackets(text: string, separator: string): readonly string[] {
  const pieces = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '[') depth++;
    if (character === ']') depth = Math.max(0, depth - 1);
    if (character === separator && depth === 0) pieces.push('');
    else pieces[pieces.length - 1] += character;
  }
  return pieces;
}

function parseTerm(piece: string, known: (name: string) => boolean): PatternTerm {
  const operator = piece.startsWith('!') ? 'exclusion' : piece.startsWith('&') ? 'intersection' : 'union';
  const text = operator === 'union' ? piece : piece.slice(1).trim();
  const address = /^\[(.*)\]$/.exec(text)?.[1];
  if (address !== undefined && isIPv6(address)) return { operator, text: address };
  const subscript = /^([^~].*)\[(-?\d+)(?:(:)(\d*))?\]$/.exec(text);
  if (!subscript || known(text)) return { operator, text };
  const [, base = '', from = '', colon, to] = subscript;
  // `web[12]` is a glob unless `web` is something that has members.
  if (!known(base) && !isGlob(base)) return { operator, text };
  const first = Number(from);
  const last = colon === undefined ? first : to === '' ? undefined : Number(to);
  return { operator, text: base, subscript: { from: first, to: last } };
}

export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/** JavaScript's engine tries every way of sharing a name out to the stars of a glob: quick for as many as these. */
const FEW_STARS = 2;
/** Of a much longer one it says only when it is used that it is too large. */
const LONGEST_QUICK = 1000;
/** A longer one names no hosts, and only takes time. */
const LONGEST_TEXT = 5000;

/** Whether a name matches: a function, or why the pattern is no good. Globs as in a shell, without braces. */
export function nameMatcher(text: string): ((name: string) => boolean) | BadPattern {
  if (text.length > LONGEST_TEXT) return { reason: `it is longer than ${LONGEST_TEXT} characters` };
  const isGlobText = !text.startsWith('~');
  const source = isGlobText ? `^${globSource(text)}$` : `^(?:${text.slice(1)})`;
  if (isGlobText && text.length <= LONGEST_QUICK && text.split('*').length - 1 <= FEW_STARS) {
    const regex = quickGlob(source);
    if (regex !== undefined) return (name) => regex.test(name);
  }
  const compiled = compilePattern(source);
  return isBadPattern(compiled) ? compiled : (name) => compiled.test(name);
}

/** Spares loading the other engine for the sake of `web*`. */
function quickGlob(source: string): RegExp | undefined {
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

function globSource(glob: string): string {
  return glob.replace(/\[!?[^\]]+\]|[*?]|[^*?[]+|\[/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const set = /^\[(!?)([^\]]+)\]$/.exec(part);
    if (set) return `[${set[1] ? '^' : ''}${set[2]!.replace(/[\\^]/g, '\\$&')}]`;
    return part.replace(/[\\^$.|+(){}[\]/-]/g, '\\$&');
  });
}
