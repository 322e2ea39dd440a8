import { FailureError } from './failure.ts';
import type { Opened, OpenMembers, Scope } from './scope.ts';
import { unknownReason } from './unknown-value.ts';

export interface LiquidScope {
  /** Variables as own properties that are looked up when the template reaches them. */
  readonly variables: object;
  /** Whether something sensitive was read so far. */
  wasSensitive(): boolean;
  /** Whether it was since this was last asked. */
  tookSensitive(): boolean;
}

/** The variables `roots` of a scope for one rendering. One that does not exist is undefined; others fail when read. */
export function liquidScope(scope: Scope, roots: ReadonlySet<string>): LiquidScope {
  let sensitive = false;
  let taken = false;

  function read(opened: Opened): unknown {
    if (!opened.ok) {
      // The engine itself knows what to do about absence: fail, or ask default.
      if (opened.kind === 'undefined') return undefined;
      throw new FailureError(opened);
    }
    if ('members' in opened) return openObject(opened.members);
    if (opened.sensitive) {
      sensitive = true;
      taken = true;
    }
    return guarded(opened.value);
  }

  function openObject(members: OpenMembers): object {
    return lazyObject(members.keys(), (key) => read(members.get(key)!));
  }

  const variables = lazyObject([...roots], (name) => read(scope.open(name)));
  const tookSensitive = (): boolean => {
    const since = taken;
    taken = false;
    return since;
  };
  return { variables, wasSensitive: () => sensitive, tookSensitive };
}

function lazyObject(keys: readonly string[], get: (key: string) => unknown): object {
  const object: object = Object.create(null);
  for (const key of keys) Object.defineProperty(object, key, { enumerable: true, get: () => get(key) });
  return object;
}

/** Plain data whose unknown parts fail when they are read. Data without such parts is passed on as it is. */
function guarded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !holdsUnknown(value)) return value;
  if (Array.isArray(value)) return value.map(guarded);
  return lazyObject(Object.keys(value), (key) => {
    const member = (value as Record<string, unknown>)[key];
    const reason = unknownReason(member);
    if (reason !== undefined) throw new FailureError({ kind: 'unknown', reason });
    return guarded(member);
  });
}

function holdsUnknown(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return unknownReason(value) !== undefined || Object.values(value).some(holdsUnknown);
}
