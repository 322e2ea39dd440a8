/**
 * `npm run fuzz -- --minutes 60`: parsers and readers with random and mutated input, until the time is over. `--target NAME`
 * tries one of them, `--seed N --cases 1` one case again. Exits with 1 when something threw, hung or ran out of memory.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from '../test/fuzz/targets.ts';

const WORKER = new URL('../test/fuzz/worker.ts', import.meta.url).href;
/** A case that takes more time of a processor than this hangs, in seconds: a busy machine is no fault. */
const HANG = 30;
/** What one worker may keep, in MiB: whoever leaks gets there. */
const MEMORY = 768;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
    seed: { type: 'string' },
    cases: { type: 'string' },
  },
});
const names = values.target ?? TARGETS.map(({ name }) => name);
for (const name of names) {
  if (!TARGETS.some((target) => target.name === name))
    throw new Error(`there is no target ${name}: ${TARGETS.map((one) => one.name).join(', ')}`);
}
const began = performance.now();
const until = began + Number(values.minutes) * 60_000;
const progress = new Int32Array(new SharedArrayBuffer(12));
const failures = new Map<string, number>();
let total = 0;

function fail(target: string, seed: number, error: string, input = ''): void {
  // The same fault by many inputs is one.
  const key = `${target}: ${error.split('\n').slice(0, 3).join('\n').replace(/\d+/g, 'N').slice(0, 200)}`;
  const before = failures.get(key) ?? 0;
  failures.set(key, before + 1);
  if (before > 0) return;
  console.error(
    `${target}, seed ${seed}: ${error}\n  input: ${JSON.stringify(input)}\n  again: npm run fuzz -- --target ${target} --seed ${seed} --cases 1\n`,
  );
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Tries cases from a seed on; gives the seed to go on from, or nothing when there is no more to do. */
async function round(seed: number, cases: number): Promise<number | undefined> {
  progress.fill(0);
  // A worker does not take over what has loaded this TypeScript.
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(WORKER)}); })`;
  const worker = new Worker(start, {
    eval: true,
    workerData: { progress, names, seed, cases },
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  worker.on('message', ({ target, seed: at, error, input }) => fail(target, at, error, input));
  return new Promise((resolve) => {
    let last = -1;
    let since = cpuSeconds();
    let next: number | undefined;
    const stop = (goOn: number | undefined) => {
      next = goOn;
      void worker.terminate();
    };
    const timer = setInterval(() => {
      const now = cpuSeconds();
      if (progress[2] !== last) [last, since] = [progress[2] as number, now];
      else if (last > 0 && now - since > HANG) {
        fail(names[progress[1] as number] ?? '', progress[0] as number, `it hangs: more than ${HANG} s`);
        stop((progress[0] as number) + 1);
      }
      if (performance.now() > until) stop(undefined);
    }, 1000);
    worker.on('error', (error) => {
      fail(names[progress[1] as number] ?? '', progress[0] as number, `the worker ended: ${error.message}`);
      next = (progress[0] as number) + 1;
    });
    worker.on('exit', () => {
      clearInterval(timer);
      total += progress[2] as number;
      resolve(next);
    });
  });
}

let seed: number | undefined = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 30));
console.log(`${names.join(', ')}; seed ${seed}`);
const most = Number(values.cases ?? 2 ** 30);
while (seed !== undefined && performance.now() < until) seed = await round(seed, most);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
console.log(
  `${total} cases in ${minutes} minutes; ${failures.size === 0 ? 'all of them ended in an answer' : `${failures.size} kinds of failure`}`,
);
for (const [key, count] of failures) console.log(`${count} × ${key}`);
process.exitCode = failures.size === 0 ? 0 : 1;
