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
/** One that waits for something that never comes needs no processor at all: seconds of the clock. */
const STANDSTILL = 300;
/** What one worker may keep, in MiB: whoever leaks gets there. */
const MEMORY = 768;
/** What all of the process may take besides, such as buffers, in MiB. */
const RESIDENT = 3072;
/**
 * Cases of each target until a new worker begins: what was secret once is known as such to the end of a process, and every
 * case of an encrypted file brings new ones.
 */
const ROUND = 10_000;

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
/** See the worker. */
const progress = new Int32Array(new SharedArrayBuffer(4 * (3 + names.length)));
const failures = new Map<string, number>();
const counts = names.map(() => 0);

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
    let sinceTime = performance.now();
    let next: number | undefined = seed + cases;
    const stop = (goOn: number | undefined) => {
      next = goOn;
      void worker.terminate();
    };
    const timer = setInterval(() => {
      const now = cpuSeconds();
      const at = progress[0] as number;
      const name = names[progress[1] as number] ?? '';
      const waited = (performance.now() - sinceTime) / 1000;
      if (progress[2] !== last) [last, since, sinceTime] = [progress[2] as number, now, performance.now()];
      else if (last > 0 && (now - since > HANG || waited > STANDSTILL)) {
        const why =
          now - since > HANG ? `more than ${HANG} s of a processor` : `for ${STANDSTILL} s nothing came`;
        fail(name, at, `it hangs: ${why}`);
        stop(at + 1);
      }
      const resident = process.memoryUsage.rss() / 2 ** 20;
      if (resident > RESIDENT) {
        fail(name, at, `it takes ${Math.round(resident)} MiB`);
        stop(at + 1);
      }
      if (performance.now() > until) stop(undefined);
    }, 1000);
    worker.on('error', (error) => {
      fail(names[progress[1] as number] ?? '', progress[0] as number, `the worker ended: ${error.message}`);
      next = (progress[0] as number) + 1;
    });
    worker.on('exit', () => {
      clearInterval(timer);
      for (const index of names.keys()) counts[index]! += progress[3 + index] as number;
      resolve(next);
    });
  });
}

let seed: number | undefined = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 30));
console.log(`${names.join(', ')}; seed ${seed}`);
const once = values.cases !== undefined;
const most = once ? Number(values.cases) : ROUND * names.length;
do seed = await round(seed, most);
while (!once && seed !== undefined && performance.now() < until);
const minutes = ((performance.now() - began) / 60_000).toFixed(1);
const total = counts.reduce((sum, count) => sum + count, 0);
for (const [index, name] of names.entries()) console.log(`${String(counts[index]).padStart(9)} ${name}`);
console.log(
  `${total} cases in ${minutes} minutes; ${failures.size === 0 ? 'all of them ended in an answer' : `${failures.size} kinds of failure`}`,
);
for (const [key, count] of failures) console.log(`${count} × ${key}`);
process.exitCode = failures.size === 0 ? 0 : 1;
