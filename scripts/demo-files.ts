/** Lays out the demo's folder: playbook, artifact, inventory, variables. Usage: demo-files.ts DIRECTORY */
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLab } from '../test/lab/index.ts';
import { goJob } from '../test/support/go-job.ts';

const [, , directory] = process.argv;
if (directory === undefined) throw new Error('usage: demo-files.ts DIRECTORY');
const lab = await openLab();
await goJob(lab, directory);
copyFileSync(lab.privateKey, join(directory, 'deploy_key'));
chmodSync(join(directory, 'deploy_key'), 0o600);
copyFileSync(lab.knownHosts, join(directory, 'known_hosts'));
