import type { Reference, ReferenceSegment } from '../expressions/reference.ts';
import type { VariableTable } from '../expressions/scope.ts';
import { holdsSecret } from '../expressions/secret.ts';
import type { CompiledValue } from '../expressions/value.ts';

/** Tells whether values come from secrets: through variables, and through the members of these that are meant. */
export class SecretOrigins {
  readonly #tables: readonly VariableTable[];
  readonly #loop: CompiledValue | undefined;
  readonly #seen = new Set<string>();

  constructor(tables: readonly VariableTable[], loop: CompiledValue | undefined) {
    this.#tables = tables;
    this.#loop = loop;
  }

  /** Whether a secret has part in what a reference gives. */
  areSecret({ path }: Reference): boolean {
    const [root, ...rest] = path;
    const key = JSON.stringify(path);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const found = this.#tables.map((table) => table.get(root)).find((one) => one !== undefined);
    if (found !== undefined) return this.#follow(found, rest);
    // Of the items of a loop none is secret for itself.
    return root === 'item' && this.#loop !== undefined && this.#holds(this.#loop);
  }

  #follow(value: CompiledValue, [next, ...rest]: readonly ReferenceSegment[]): boolean {
    if (value.secret === true) return true;
    if (value.members === undefined || typeof next !== 'string') return this.#holds(value);
    const member = value.members.get(next);
    return member !== undefined && this.#follow(member, rest);
  }

  #holds(value: CompiledValue): boolean {
    if (value.secret === true || holdsSecret(value.raw)) return true;
    return value.references.some((reference) => this.areSecret(reference));
  }
}
