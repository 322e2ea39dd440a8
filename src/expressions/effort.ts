import { invalidArgument } from './failure.ts';

/**
 * Steps and elements that one evaluation may take, with everything that it evaluates on the way. The work of thousands
 * of hosts' names stays far below; it is a bound on time (well below a second) and memory.
 */
const MOST = 1_000_000;
/** Characters that count as one element. */
const CHARACTERS = 8;

let depth = 0;
let spent = 0;

/** Counts what `work` does. Evaluations inside it (variables that hold `{{ }}`) count into the same sum. */
export function counted<T>(work: () => T): T {
  if (depth === 0) spent = 0;
  depth += 1;
  try {
    return work();
  } finally {
    depth -= 1;
  }
}

/** Adds to the sum. Throws `FailureError` once it is too much, and then every time until the evaluation has ended. */
export function spend(units: number): void {
  spent += units;
  if (spent > MOST && depth > 0) throw tooMuch();
}

function tooMuch(): Error {
  return invalidArgument(
    `the expression takes too much: more than ${MOST.toLocaleString('en')} steps and elements`,
    'range(), map() and the like inside one another multiply: make their lists smaller',
  );
}

const weights = new WeakMap<object, number>();

/** How much a CEL value holds, at every depth. What it holds twice counts twice, as it does for those that go through it. */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return value.length / CHARACTERS;
  if (typeof value !== 'object' || value === null) return 0;
  const known = weights.get(value);
  if (known !== undefined) return known;
  const members = Array.isArray(value)
    ? value
    : value instanceof Map
      ? storedValues(value)
      : Object.values(value);
  let weight = 0;
  for (const member of members) weight += 1 + weigh(member);
  weights.set(value, weight);
  return weight;
}

/** Not those that a mapping would first have to make: the variables of other hosts. */
function storedValues(map: ReadonlyMap<unknown, unknown>): Iterable<unknown> {
  return Map.prototype.values.call(map);
}
