import { CelMap, toCel } from './cel-value.ts';
import { FailureError } from './failure.ts';
import { typeNamed, writtenName } from './parse.ts';
import type { Opened, OpenMembers, Scope } from './scope.ts';

/** The variables of one evaluation as CEL wants them. Looked up when asked for: what is not reached need not exist. */
export class ScopeMap extends Map<string, unknown> {
  /** Something sensitive was read. */
  sensitive = false;
  readonly #scope: Scope;

  constructor(scope: Scope) {
    super();
    this.#scope = scope;
  }

  override get(identifier: string): unknown {
    const name = writtenName(identifier);
    const opened = this.#scope.open(name);
    if (!opened.ok && opened.kind === 'undefined') {
      const type = typeNamed(identifier);
      if (type !== undefined) return type;
    }
    return this.read(opened, name);
  }

  read(opened: Opened, variable: string): unknown {
    if (!opened.ok) throw new FailureError(opened, { variable });
    if ('members' in opened) return new OpenMap(opened.members, this, variable);
    if (opened.sensitive) this.sensitive = true;
    return toCel(opened.value);
  }
}

/** A mapping whose members are resolved one by one. */
class OpenMap extends CelMap {
  readonly #members: OpenMembers;
  readonly #reader: ScopeMap;
  readonly #variable: string;

  constructor(members: OpenMembers, reader: ScopeMap, variable: string) {
    super(members.keys().map((key) => [key, null]));
    this.#members = members;
    this.#reader = reader;
    this.#variable = variable;
  }

  override get(key: string): unknown {
    const member = this.#members.get(key);
    return member && this.#reader.read(member, this.#variable);
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of this.keys()) yield [key, this.get(key)];
  }

  override *values(): MapIterator<unknown> {
    for (const key of this.keys()) yield this.get(key);
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }
}
// See CelMap: the library tells types by this.
Object.defineProperty(OpenMap.prototype, 'constructor', { value: Map });
