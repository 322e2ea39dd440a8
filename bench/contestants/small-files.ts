import type { Bench } from '../bench.ts';
import type { Fleet } from '../endpoints.ts';
import { checkingScript, type Generation, type SmallFiles } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';
import { type Outcome, provision } from './provision.ts';

/** What a contestant writes in each run: another generation each time, in a folder of its own on the hosts. */
export class Generations {
  readonly #folder: string;
  readonly #changing: number;
  #number = 0;

  /** @param changing how many files differ from run to run. */
  constructor(folder: string, changing: number) {
    this.#folder = folder;
    this.#changing = changing;
  }

  /** Of the next run. */
  next(): Generation {
    this.#number += 1;
    return this.now();
  }

  /** Of the last run. */
  now(): Generation {
    return { folder: this.#folder, changing: this.#changing, generation: this.#number };
  }
}

/** A contestant whose files are looked at after each run. */
export function checkedFiles(
  bench: Bench,
  fleet: Fleet,
  { count }: SmallFiles,
  generations: Generations,
  contestant: Contestant,
): Contestant {
  return {
    ...contestant,
    check: async (ended, round) => {
      await contestant.check?.(ended, round);
      await bench.onHosts(fleet.endpoints, checkingScript(count, generations.now()));
    },
  };
}

/** The playbook of small files, applied. */
export function provisionFiles(
  bench: Bench,
  name: string,
  fleet: Fleet,
  job: SmallFiles,
  generations: Generations,
  outcome: Outcome,
  more: readonly string[] = [],
): Contestant {
  const args = (): readonly string[] => [
    'apply',
    ...more,
    '-i',
    fleet.inventory,
    job.playbook,
    '-e',
    JSON.stringify(generations.next()),
  ];
  return checkedFiles(bench, fleet, job, generations, provision(bench, name, args, fleet, outcome));
}
