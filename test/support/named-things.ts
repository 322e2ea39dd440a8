import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunMode } from '../../src/engine/events.ts';
import { runSteps } from './run-steps.ts';

type Target = Parameters<typeof runSteps>[0];
type Step = Readonly<Record<string, unknown>>;

/** What can have a name, in turn: the last one is a directory with a file of the same name in it. */
const SHAPES = ['file', 'directory', 'link', 'upload', 'nested'] as const;

/** Something with a name, as steps want it and as it is looked for through no shell. */
export interface NamedThing {
  readonly name: string;
  readonly shape: (typeof SHAPES)[number];
}

export function namedThings(names: readonly string[]): readonly NamedThing[] {
  return names.map((name, index) => ({ name, shape: SHAPES[index % SHAPES.length] as 'file' }));
}

/** A host on which things are made by steps, and its file system as this machine has it. */
export class NamingHost {
  readonly #target: Target;
  readonly #root: string;
  /** On the controller, what is to be uploaded. */
  readonly #sources = mkdtempSync(join(tmpdir(), 'provision-names-'));

  constructor(target: Target, root: string) {
    this.#target = target;
    this.#root = root;
  }

  close(): void {
    rmSync(this.#sources, { recursive: true, force: true });
  }

  /** Things that are there are found to be there, and as wanted. Says what is wrong. */
  async findsAll(things: readonly NamedThing[]): Promise<string | undefined> {
    const place = this.#fresh();
    for (const thing of things) this.#lay(place, thing);
    const said = await this.#run('drift', place, things, 0);
    rmSync(join(this.#root, place), { recursive: true });
    return said;
  }

  /** Things that are not there are made, found to be there, and removed. Says what is wrong. */
  async makesAll(things: readonly NamedThing[]): Promise<string | undefined> {
    const place = this.#fresh();
    return (
      (await this.#run('apply', place, things, 1)) ??
      this.#amiss(place, things) ??
      (await this.#run('drift', place, things, 0)) ??
      (await this.#run('apply', place, things, 1, 'absent')) ??
      this.#amiss(place, [])
    );
  }

  #fresh(): string {
    const place = mkdtempSync(join(this.#root, '/run/names-')).slice(this.#root.length);
    return place;
  }

  #lay(place: string, { name, shape }: NamedThing): void {
    const path = `${this.#root}${place}/${name}`;
    if (shape === 'link') symlinkSync(name, path);
    else if (shape === 'file' || shape === 'upload') writeFileSync(path, name);
    else mkdirSync(path);
    if (shape === 'nested') writeFileSync(`${path}/${name}`, name);
  }

  /** Runs the steps for all things; each step has to list so many changes. */
  async #run(
    mode: RunMode,
    place: string,
    things: readonly NamedThing[],
    changes: number,
    state?: 'absent',
  ): Promise<string | undefined> {
    const steps = things.flatMap((thing) => this.#steps(place, thing, state));
    const { report, refused } = await runSteps(this.#target, steps, { mode });
    const [host] = report?.hosts ?? [];
    if (host === undefined || host.steps.length !== steps.length)
      return `${mode}: ${JSON.stringify(refused ?? host?.connection ?? host?.bug ?? host?.steps.length)}`;
    const index = host.steps.findIndex(
      (step) => step.failure !== undefined || step.changes.length !== changes,
    );
    if (index < 0 && host.surprises.length === 0) return undefined;
    const { status, failure, changes: listed } = host.steps[index] ?? {};
    const { surprises } = host;
    return `${mode}: ${JSON.stringify({ step: steps[index], status, failure, listed, surprises })}`;
  }

  #steps(place: string, { name, shape }: NamedThing, state?: 'absent'): readonly Step[] {
    const path = `${place}/${name}`;
    if (state === 'absent') {
      const kind = shape === 'upload' ? 'file' : shape === 'nested' ? 'directory' : shape;
      return [{ [kind]: { path, state, ...(shape === 'nested' ? { recursive: true } : {}) } }];
    }
    switch (shape) {
      case 'file':
        return [{ file: { path, content: name } }];
      case 'directory':
        return [{ directory: { path } }];
      case 'link':
        return [{ link: { path, target: name } }];
      case 'upload': {
        const src = `${this.#sources}/${name}`;
        writeFileSync(src, name);
        return [{ upload: { src, dest: path } }];
      }
      case 'nested':
        return [{ directory: { path } }, { file: { path: `${path}/${name}`, content: name } }];
    }
  }

  /** What this machine sees that should not be there, or does not see. */
  #amiss(place: string, things: readonly NamedThing[]): string | undefined {
    const at = `${this.#root}${place}`;
    const found = new Set(readdirSync(at));
    for (const { name, shape } of things) {
      if (!found.delete(name)) return `there is no ${JSON.stringify(name)}`;
      const right = isThere(`${at}/${name}`, name, shape);
      if (!right) return `${JSON.stringify(name)} is no ${shape} as wanted`;
    }
    return found.size === 0 ? undefined : `nobody wanted ${JSON.stringify([...found])}`;
  }
}

function isThere(path: string, name: string, shape: NamedThing['shape']): boolean {
  const state = lstatSync(path);
  if (shape === 'link') return state.isSymbolicLink() && readlinkSync(path) === name;
  if (shape === 'directory') return state.isDirectory() && readdirSync(path).length === 0;
  if (shape === 'nested') return readdirSync(path).length === 1 && isThere(`${path}/${name}`, name, 'file');
  return state.isFile() && readFileSync(path, 'utf8') === name;
}
