import { describe, expect, test } from 'vitest';
import { ConnectionError } from '../ssh/errors.ts';
import type { ConcurrencyChange } from './concurrency.ts';
import { type Surroundings, Turns } from './turns.ts';

/** A machine that opens so many connections at the same time and not one more. */
class Machine implements Surroundings {
  files: number;
  open = 0;
  most = 0;
  failures = 0;
  waited = 0;
  /** Called when a host that is alone waits. */
  onWait: () => void = () => {};

  constructor(files: number) {
    this.files = files;
  }

  readonly connect = async (): Promise<void> => {
    await tick();
    if (this.open >= this.files) {
      this.failures += 1;
      throw new ConnectionError({ kind: 'unreachable', message: 'no file' }, 'no file is left');
    }
    this.open += 1;
    this.most = Math.max(this.most, this.open);
  };

  close(): void {
    this.open -= 1;
  }

  async wait(milliseconds: number): Promise<void> {
    this.waited += milliseconds;
    this.onWait();
    await tick();
  }
  busy = (): number => 0;
  reset = (): void => {};
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function turnsOn(machine: Machine, concurrency: ConstructorParameters<typeof Turns>[0]['concurrency']) {
  const told: ConcurrencyChange[] = [];
  const abort = new AbortController();
  const turns = new Turns({
    concurrency,
    signal: abort.signal,
    told: (change) => told.push(change),
    surroundings: machine,
  });
  /** A fleet, each host of which works for a while; resolves with how each ended. */
  const fleet = (hosts: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: hosts }, () =>
        turns.take(async () => {
          try {
            await turns.connect(machine.connect);
          } catch (error) {
            return (error as Error).message;
          }
          await tick();
          await tick();
          machine.close();
          return 'done';
        }),
      ),
    );
  return { told, abort, turns, fleet };
}

describe('a fixed limit', () => {
  test('is kept, in the order in which hosts came', async () => {
    const machine = new Machine(1_000);
    const { fleet, told } = turnsOn(machine, 7);
    expect(new Set(await fleet(100))).toEqual(new Set(['done']));
    expect(machine.most).toBe(7);
    expect(told).toEqual([]);
  });

  test('does not adapt: what fails, fails', async () => {
    const machine = new Machine(3);
    const { fleet } = turnsOn(machine, 7);
    const ends = await fleet(20);
    expect(ends.filter((end) => end === 'no file').length).toBe(machine.failures);
    expect(machine.failures).toBeGreaterThan(0);
  });
});

describe('a limit that adapts', () => {
  const plan = { start: 50, most: 250, reason: 'because' };

  test('tells with how many it begins, and why', () => {
    expect(turnsOn(new Machine(9), plan).told).toEqual([{ limit: 50, reason: 'because' }]);
  });

  test('falls until everything fits, and no host is lost', async () => {
    const machine = new Machine(12);
    const { fleet, told } = turnsOn(machine, plan);
    expect(new Set(await fleet(400))).toEqual(new Set(['done']));
    expect(machine.open).toBe(0);
    expect(machine.failures).toBeGreaterThan(0);
    expect(told[1]).toEqual({ limit: 25, reason: 'no file is left' });
    // A wave of failures is one: the limit does not collapse.
    expect(Math.min(...told.map(({ limit }) => limit))).toBeGreaterThan(2);
  });

  test('grows where there is room', async () => {
    const machine = new Machine(1_000);
    const { fleet, told } = turnsOn(machine, { ...plan, start: 5 });
    await fleet(200);
    expect(machine.most).toBeGreaterThan(10);
    expect(machine.most).toBeLessThanOrEqual(told.at(-1)!.limit);
  });

  test('a host that is alone waits for what others have taken', async () => {
    const machine = new Machine(0);
    machine.onWait = () => {
      if (machine.waited >= 3_000) machine.files = 1;
    };
    const { fleet } = turnsOn(machine, plan);
    expect(await fleet(1)).toEqual(['done']);
    expect(machine.waited).toBe(3_000);
  });

  test('and gives up in the end', async () => {
    const machine = new Machine(0);
    const { fleet } = turnsOn(machine, plan);
    expect(new Set(await fleet(500))).toEqual(new Set(['no file']));
    // Not as long again for each of the others.
    expect(machine.waited).toBeLessThanOrEqual(30_000);
  });

  test('an interrupted run tries nothing again', async () => {
    const machine = new Machine(0);
    const { fleet, abort } = turnsOn(machine, plan);
    abort.abort();
    expect(await fleet(3)).toEqual(['no file', 'no file', 'no file']);
    expect(machine.failures).toBe(3);
  });

  test('other failures are those of the host', async () => {
    const { turns } = turnsOn(new Machine(9), plan);
    const refused = new ConnectionError({ kind: 'unreachable', message: 'refused' });
    await expect(turns.take(() => turns.connect(() => Promise.reject(refused)))).rejects.toBe(refused);
  });
});
