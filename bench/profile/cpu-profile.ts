/** What V8 writes with `--cpu-prof`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Ids of nodes, one for each moment. */
  readonly samples: readonly number[];
  /** Microseconds before each moment. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** CPU time of one module, or of what has none. */
export interface ModuleTime {
  /** As the build names it: `node_modules/ssh2/lib/protocol/crypto.js`; or `(garbage collector)`, `(node)`, `(start)`. */
  readonly module: string;
  /** With all that it has Node do. */
  readonly milliseconds: number;
}

/** Code of Node that runs before any of the bundle does. */
const START = /^node:(vm|internal\/(bootstrap|modules|main|process\/pre_execution))|\/cli\/main\.js$/;

/**
 * Sums a profile by module. Time in Node and in native code counts for the module that asked for it, as what a module
 * has encrypted or written is what it costs.
 *
 * @param bundle the bundle's text: the build names each module in a comment above it.
 */
export function timeByModule(profile: CpuProfile, bundle: string): readonly ModuleTime[] {
  const moduleAt = modulesOf(bundle);
  const self = new Map<number, number>();
  profile.samples.forEach((id, i) => {
    self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[i] ?? 0));
  });
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const owners = new Map<number, string>();
  const ownerOf = (id: number): string => {
    const known = owners.get(id);
    if (known !== undefined) return known;
    const { callFrame } = nodes.get(id) as ProfileNode;
    const parent = parents.get(id);
    const above = (): string => (parent === undefined ? '(node)' : ownerOf(parent));
    const owner = ((): string => {
      if (callFrame.functionName === '(garbage collector)' || callFrame.functionName === '(idle)')
        return callFrame.functionName;
      if (callFrame.url.endsWith('/provision.cjs')) return moduleAt(callFrame.lineNumber) ?? above();
      const inherited = above();
      return inherited === '(node)' && START.test(callFrame.url) ? '(start)' : inherited;
    })();
    owners.set(id, owner);
    return owner;
  };
  const times = new Map<string, number>();
  for (const [id, microseconds] of self) {
    const owner = ownerOf(id);
    if (owner !== '(idle)') times.set(owner, (times.get(owner) ?? 0) + microseconds / 1000);
  }
  return [...times]
    .map(([module, milliseconds]) => ({ module, milliseconds }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** Which module a line is of; lines count from 0. */
function modulesOf(bundle: string): (line: number) => string | undefined {
  const modules: (string | undefined)[] = [];
  let current: string | undefined;
  for (const line of bundle.split('\n')) {
    current = /^ *\/\/ ((?:dist|node_modules)\/\S+\.(?:[cm]?js|json|node))$/.exec(line)?.[1] ?? current;
    modules.push(current);
  }
  return (line) => modules[line];
}
