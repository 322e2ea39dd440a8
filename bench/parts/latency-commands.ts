import type { Bench } from '../bench.ts';
import { CONNECT, connectOnly } from '../contestants/floor.ts';
import { goArguments, provision } from '../contestants/provision.ts';
import { Generations, provisionFiles } from '../contestants/small-files.ts';
import type { Fleet } from '../endpoints.ts';
import { type SmallFiles, writeSmallFiles } from '../jobs/small-files.ts';
import type { Contestant } from '../measure/contestant.ts';

/** Steps of the playbook that changes files. */
export const STEPS = 10;

/** A command that is measured over several links. */
export interface LinkCommand {
  readonly name: string;
  readonly over: (fleet: Fleet, ...more: readonly string[]) => Contestant;
}

/** The commands whose round trips are counted. @param near the host without a relay, to lay the files out first. */
export async function linkCommands(bench: Bench, near: Fleet): Promise<readonly LinkCommand[]> {
  const job = writeSmallFiles(bench.directory, STEPS);
  const files: LinkCommand[] = [];
  for (const changing of [0, 1, 3]) files.push(await filesCommand(bench, near, job, changing));
  const converged = 'provision, go.yml converged';
  return [
    { name: CONNECT, over: (fleet) => connectOnly(bench, fleet) },
    {
      name: converged,
      over: (fleet, ...more) =>
        provision(bench, converged, goArguments(bench, fleet, 'apply', ...more), fleet, 'ok'),
    },
    ...files,
  ];
}

async function filesCommand(
  bench: Bench,
  near: Fleet,
  job: SmallFiles,
  changing: number,
): Promise<LinkCommand> {
  const generations = new Generations(`/srv/bench-latency-${changing}`, changing);
  await bench.once(provisionFiles(bench, 'write the files', near, job, generations, 'changed'));
  const name = `provision, ${STEPS} files, ${changing} changed`;
  const outcome = changing === 0 ? 'ok' : 'changed';
  return {
    name,
    over: (fleet, ...more) => provisionFiles(bench, name, fleet, job, generations, outcome, more),
  };
}
