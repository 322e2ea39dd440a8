import type { Definitions, HostDraft, Place } from './builder.ts';
import type { Host, HostPosition, VariableDefinition, VariableOrigin } from './inventory.ts';

/** A class, as there may be thousands: what is rarely asked for is made when it is. */
export class ResolvedHost implements Host {
  readonly name: string;
  readonly groups: readonly string[];
  readonly own: Definitions;
  readonly inherited: Definitions;
  readonly #place: Place | undefined;
  #vars: Readonly<Record<string, unknown>> | undefined;

  constructor(draft: HostDraft, groups: readonly string[], own: Definitions, inherited: Definitions) {
    this.name = draft.name;
    this.groups = groups;
    this.own = own;
    this.inherited = inherited;
    this.#place = draft.place;
  }

  get vars(): Readonly<Record<string, unknown>> {
    this.#vars ??= record(this.inherited, this.own);
    return this.#vars;
  }

  definition(name: string): VariableDefinition | undefined {
    return this.own.get(name) ?? this.inherited.get(name);
  }

  origin(name: string): VariableOrigin | undefined {
    const found = this.definition(name);
    if (!found) return undefined;
    const { document, path, layer, owner } = found;
    return { file: document.file, range: document.locate(path, 'key'), layer, owner };
  }

  get position(): HostPosition | undefined {
    if (this.#place === undefined) return undefined;
    const { document, path } = this.#place;
    return { document, file: document.file, range: document.locate(path, 'key') };
  }
}

function record(...weakestFirst: readonly Definitions[]): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = Object.create(null);
  for (const definitions of weakestFirst) for (const [name, { value }] of definitions) values[name] = value;
  return Object.freeze(values);
}
