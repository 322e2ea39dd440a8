import { nearest } from '../documents/suggest.ts';
import { writePath } from './reference.ts';
import type { FailureKind, ValueFailure } from './result.ts';
import { unknownReason } from './unknown-value.ts';
import type { CompiledValue } from './value.ts';

type Lookup =
  | { readonly ok: true; readonly value: unknown; readonly sensitive: boolean }
  | { readonly ok: false; readonly kind: FailureKind; readonly reason: string; readonly hint?: string };

/** Variables that may hold `{{ }}`, by name. A Map of compiled values will do. */
export interface VariableTable {
  get(name: string): CompiledValue | undefined;
  keys(): Iterable<string>;
}

export interface ScopeInput {
  /** Searched in order: the first table that has the name wins. Resolved lazily, cycles are found. */
  readonly variables?: readonly VariableTable[];
  /** Plain data that is never interpolated and wins over variables: facts, loop items, results. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Mappings whose members are made when they are asked for: the variables of other hosts. */
  readonly open?: Readonly<Record<string, OpenMembers>>;
  /** Roots that exist but are not known yet, with the reason shown to the user. */
  readonly unknown?: Readonly<Record<string, string>>;
  /** Roots whose use makes a result sensitive. */
  readonly sensitive?: Iterable<string>;
}

/** A mapping whose members hold `{{ }}`, resolved one by one: using one must not fail for the sake of another. */
export interface OpenMembers {
  keys(): readonly string[];
  get(key: string): Opened | undefined;
}

export type Opened = Lookup | { readonly ok: true; readonly members: OpenMembers };

/** What an expression can see. Immutable; each variable is resolved at most once per scope. */
export interface Scope {
  /** The whole value. */
  lookup(name: string): Lookup;
  /** As `lookup`, but members of a mapping are resolved when they are asked for. */
  open(name: string): Opened;
  /** Every name that can be looked up; for suggestions. */
  names(): Iterable<string>;
  /** A scope with more on top (loop items, registered results); variables see the new values. */
  extend(input: ScopeInput): Scope;
}

export function createScope(input: ScopeInput = {}): Scope {
  return scopeOf([input]);
}

/** `layers`: the nearest first. */
function scopeOf(layers: readonly ScopeInput[]): Scope {
  const resolved = new Map<string, Lookup>();
  const resolving: string[] = [];
  const sensitive = new Set(layers.flatMap((layer) => [...(layer.sensitive ?? [])]));

  function lookup(name: string): Lookup {
    const found = find(name);
    if ('compiled' in found) return resolve(name, found.compiled);
    if (!('members' in found)) return found;
    return {
      ok: false,
      kind: 'invalid',
      reason: `\`${name}\` cannot be used as a whole`,
      hint: `take one: ${name}["…"]`,
    };
  }

  function open(name: string): Opened {
    const found = find(name);
    return 'compiled' in found ? openValue([name], found.compiled) : found;
  }

  function openValue(path: readonly [string, ...string[]], compiled: CompiledValue): Opened {
    const { members } = compiled;
    if (!members) return resolve(writePath(path), compiled);
    return {
      ok: true,
      members: {
        keys: () => [...members.keys()],
        get(key) {
          const member = members.get(key);
          return member && openValue([...path, key], member);
        },
      },
    };
  }

  /** `name`: a variable or the path of a member. */
  function resolve(name: string, compiled: CompiledValue): Lookup {
    const known = resolved.get(name);
    if (known) return known;
    if (resolving.includes(name)) return cycle([...resolving.slice(resolving.indexOf(name)), name]);
    const found = evaluate(name, compiled);
    resolved.set(name, found);
    return found;
  }

  function find(name: string): Opened | { readonly compiled: CompiledValue } {
    for (const { values, unknown, open: opened, variables = [] } of layers) {
      if (opened && Object.hasOwn(opened, name)) return { ok: true, members: opened[name]! };
      if (values && Object.hasOwn(values, name)) return present(name, values[name]);
      if (unknown && Object.hasOwn(unknown, name))
        return { ok: false, kind: 'unknown', reason: unknown[name]! };
      for (const table of variables) {
        const compiled = table.get(name);
        if (compiled) return { compiled };
      }
    }
    const near = nearest(name, names());
    const reason = `undefined variable \`${name}\``;
    return { ok: false, kind: 'undefined', reason, ...(near ? { hint: `did you mean \`${near}\`?` } : {}) };
  }

  function present(name: string, value: unknown): Lookup {
    const reason = unknownReason(value);
    if (reason !== undefined) return { ok: false, kind: 'unknown', reason };
    return { ok: true, value, sensitive: sensitive.has(name) };
  }

  function evaluate(name: string, compiled: CompiledValue): Lookup {
    resolving.push(name);
    try {
      const result = compiled.evaluate(scope);
      if (!result.ok) return withOrigin(name, result);
      return { ok: true, value: result.value, sensitive: result.sensitive || sensitive.has(rootOf(name)) };
    } finally {
      resolving.pop();
    }
  }

  function names(): Iterable<string> {
    const all = new Set<string>();
    for (const { values, unknown, open: opened, variables = [] } of layers) {
      for (const name of Object.keys({ ...values, ...unknown, ...opened })) all.add(name);
      for (const table of variables) for (const name of table.keys()) all.add(name);
    }
    return all;
  }

  const scope: Scope = { lookup, open, names, extend: (input) => scopeOf([input, ...layers]) };
  return scope;
}

function rootOf(path: string): string {
  return /^\w*/.exec(path)![0];
}

function cycle(names: readonly string[]): Lookup {
  return { ok: false, kind: 'cycle', reason: `variables need each other: ${names.join(' → ')}` };
}

/** The failure of a variable, as seen by whoever used it: it must say where the variable was written. */
function withOrigin(name: string, { kind, reason, hint, range, source }: ValueFailure): Lookup {
  const place = range && source ? `, ${source.file}:${range.start.line}:${range.start.column}` : '';
  // What a variable lacks is a mistake in it, not an absence that its user could forgive with default().
  const outer = kind === 'undefined' ? 'invalid' : kind;
  const told =
    kind === 'unknown' || kind === 'cycle' ? reason : `${reason} (in the variable \`${name}\`${place})`;
  return { ok: false, kind: outer, reason: told, ...(hint === undefined ? {} : { hint }) };
}
