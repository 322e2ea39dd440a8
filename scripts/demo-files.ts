/** Lays out the demo's folder: playbook, artifact, inventory, variables. Usage: demo-files.ts DIRECTORY */
import { openLab } from '../test/lab/index.ts';
import { goJob } from '../test/support/go-job.ts';

const [, , directory] = process.argv;
if (directory === undefined) throw new Error('usage: demo-files.ts DIRECTORY');
await goJob(await openLab(), directory);
