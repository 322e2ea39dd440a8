import type { Opened, Scope, ScopeInput } from './scope.ts';

/** A scope that is made when something is first looked up: of thousands of hosts, checks ask only a few. */
export function lazyScope(make: () => Scope): Scope {
  return new LazyScope(make);
}

/** A class, as there are several for each host. */
class LazyScope implements Scope {
  readonly #make: () => Scope;
  #made: Scope | undefined;

  constructor(make: () => Scope) {
    this.#make = make;
  }

  get #scope(): Scope {
    this.#made ??= this.#make();
    return this.#made;
  }

  lookup(name: string) {
    return this.#scope.lookup(name);
  }

  open(name: string): Opened {
    return this.#scope.open(name);
  }

  names(): Iterable<string> {
    return this.#scope.names();
  }

  extend(input: ScopeInput): Scope {
    return this.#scope.extend(input);
  }
}
