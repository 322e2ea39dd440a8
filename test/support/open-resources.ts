import { createHook } from 'node:async_hooks';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What this process has open, each with the place that made it: sockets, pipes, servers, children, timers (those too that do not
 * keep the process alive), workers' ports, signal handlers and watchers. What the test runner makes for itself does not count.
 */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['TCPWRAP', 'socket'],
  ['TCPSERVERWRAP', 'server'],
  ['PIPEWRAP', 'pipe'],
  ['PIPESERVERWRAP', 'server'],
  ['UDPWRAP', 'UDP socket'],
  ['PROCESSWRAP', 'child process'],
  ['Timeout', 'timer'],
  ['MESSAGEPORT', 'port of a worker'],
  ['SIGNALWRAP', 'signal handler'],
  ['FSEVENTWRAP', 'watcher'],
  ['STATWATCHER', 'watcher'],
]);

/** A point in time: what is made later has a higher number. */
export type Moment = number;

interface Made {
  readonly kind: string;
  readonly number: Moment;
  /** Formatted only when it is read. */
  readonly trace: { readonly stack?: string };
  /** A timer that went off. */
  fired: boolean;
}

const open = new Map<number, Made>();
let count: Moment = 0;

const hook = createHook({
  init(id, type) {
    const kind = KINDS.get(type);
    if (kind === undefined) return;
    const trace: { stack?: string } = {};
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 40;
    Error.captureStackTrace(trace);
    Error.stackTraceLimit = before;
    count += 1;
    open.set(id, { kind, number: count, trace, fired: false });
  },
  before(id) {
    const made = open.get(id);
    if (made !== undefined) made.fired = true;
  },
  destroy(id) {
    open.delete(id);
  },
});

/** From now on what is opened is noted. */
export function watchOpening(): void {
  hook.enable();
}

export function now(): Moment {
  return count;
}

/** What was made after one moment and not after another, and is open still. */
function openBetween(from: Moment, to: Moment): readonly Made[] {
  return [...open.values()].filter((made) => made.number > from && made.number <= to && !isOfRuntime(made));
}

/**
 * Waits until all is closed that was made between two moments. A timer has to be taken back: that it goes off in the end is
 * no excuse.
 *
 * @param patience milliseconds.
 * @returns what is open still, or went off only now, each with where it was made.
 */
export async function leftOpen(from: Moment, to: Moment, patience: number): Promise<readonly string[]> {
  const first = openBetween(from, to);
  if (first.length === 0) return [];
  for (const made of first) made.fired = false;
  const end = performance.now() + patience;
  while (openBetween(from, to).length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const still = new Set(openBetween(from, to));
  return first
    .filter((made) => still.has(made) || (made.kind === 'timer' && made.fired))
    .map(({ kind, trace }) => `${kind} made at ${placesOf(trace).join(' < ')}`);
}

/** This process's files that are open, by descriptor: what no hook tells of. */
export function openFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const descriptor of readdirSync('/proc/self/fd')) {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      // Sockets and pipes are told of above; devices and the kernel's own are the runtime's.
      if (path.startsWith('/') && !/^\/(dev|proc)\//.test(path)) files.set(descriptor, path);
    } catch {
      // The one that the list itself was read by.
    }
  }
  return files;
}

/** Processes that descend from this one are known by it, wherever they went: who starts them hands his environment on. */
const MARK = `PROVISION_TEST_PROCESS=${process.pid}`;

/** From now on what this process starts is known by its environment. */
export function markDescendants(): void {
  const [name, value] = MARK.split('=') as [string, string];
  process.env[name] = value;
}

/** The command lines of this process's descendants, those too that have lost their parent; by their ids. */
export function descendants(): ReadonlyMap<number, string> {
  const mine = new Map<number, string>();
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (Number(id) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${id}/environ`, 'latin1').split('\0').includes(MARK)) continue;
      // What runs on a lab's host is asked for there.
      if (readlinkSync(`/proc/${id}/ns/pid`) !== readlinkSync('/proc/self/ns/pid')) continue;
      mine.set(
        Number(id),
        readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 300),
      );
    } catch {
      // It has ended meanwhile, or has no environment any more.
    }
  }
  return mine;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HERE = fileURLToPath(import.meta.url);
/** A host of a lab lives from one test to the next, and the lab itself ends it; it also waits for hosts between tests. */
const HOST = `${ROOT}test/lab/supervisor.ts:`;
const LAB = `${ROOT}test/lab/`;
const RUNNER = /\/node_modules\/(@?vitest|vite|tinypool|birpc|why-is-node-running)\//;

/** Whether the innermost code that is not Node's is the test runner's or the lab's. A timer that Node alone has made is in its own hands too. */
function isOfRuntime({ kind, trace }: Made): boolean {
  const [innermost] = framesOf(trace);
  if (innermost === undefined) return kind === 'timer';
  return innermost.startsWith(kind === 'timer' ? LAB : HOST) || RUNNER.test(innermost);
}

/** The places of a trace that are not in Node, innermost first. */
function framesOf({ stack = '' }: { readonly stack?: string }): readonly string[] {
  return [...stack.matchAll(/(?:\(|at (?:async )?)((?:file:\/\/)?\/[^()\n]+:\d+:\d+)\)?$/gm)]
    .map(([, place = '']) => place.replace(/^file:\/\//, ''))
    .filter((place) => !place.startsWith(HERE));
}

/** The same to be read: up to the test runner, from the project's folder on. */
function placesOf(trace: { readonly stack?: string }): readonly string[] {
  const frames = framesOf(trace);
  const end = frames.findIndex((place) => RUNNER.test(place));
  const own = (end < 0 ? frames : frames.slice(0, end)).slice(0, 6);
  const places = own.map((place) => (place.startsWith(ROOT) ? place.slice(ROOT.length) : place));
  return places.length > 0 ? places : ['a place in Node that tells of none of ours'];
}
