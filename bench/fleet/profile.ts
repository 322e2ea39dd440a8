import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

export interface Profile {
  /** Share of the time spent in functions of these files and what they call, from 0 to 1; idle time left out. */
  share(files: RegExp): number;
  /** Functions by their share with what they call, the largest first. */
  functions(most: number): readonly { readonly name: string; readonly share: number }[];
}

/** Reads the one profile that `node --cpu-prof` has written into a directory. */
export function readProfile(directory: string): Profile {
  const [file] = readdirSync(directory).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`there is no profile in ${directory}`);
  const { nodes, samples, timeDeltas } = JSON.parse(
    readFileSync(join(directory, file), 'utf8'),
  ) as CpuProfile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const times = new Map<number, number>();
  for (const [index, id] of samples.entries()) {
    if (byId.get(id)?.callFrame.functionName === '(idle)') continue;
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);

  function* callers(id: number): Generator<CpuProfile['nodes'][number]['callFrame']> {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = byId.get(at)?.callFrame;
      if (frame !== undefined) yield frame;
    }
  }

  return {
    share(files) {
      let sum = 0;
      for (const [id, time] of times) {
        for (const { url } of callers(id)) {
          if (!files.test(url)) continue;
          sum += time;
          break;
        }
      }
      return sum / total;
    },
    functions(most) {
      const sums = new Map<string, number>();
      for (const [id, time] of times) {
        const names = new Set<string>();
        for (const frame of callers(id)) names.add(nameOf(frame));
        for (const name of names) sums.set(name, (sums.get(name) ?? 0) + time);
      }
      return [...sums]
        .map(([name, time]) => ({ name, share: time / total }))
        .sort((a, b) => b.share - a.share)
        .slice(0, most);
    },
  };
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.replace(/^.*\/(?=(dist|node_modules)\/)/, '');
  return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`;
}
