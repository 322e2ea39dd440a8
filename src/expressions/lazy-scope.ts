import type { Scope } from './scope.ts';

/** A scope that is made when something is first looked up: of thousands of hosts, checks ask only a few. */
export function lazyScope(make: () => Scope): Scope {
  let made: Scope | undefined;

  function scope(): Scope {
    made ??= make();
    return made;
  }

  return {
    lookup: (name) => scope().lookup(name),
    open: (name) => scope().open(name),
    names: () => scope().names(),
    extend: (input) => scope().extend(input),
  };
}
