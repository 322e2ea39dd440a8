import { converged } from './converged.ts';
import { deep } from './deep.ts';
import { fresh } from './fresh.ts';
import { hosts } from './hosts.ts';
import { latency } from './latency.ts';
import type { Part } from './part.ts';
import { profile } from './profile.ts';
import { smallFiles } from './small-files.ts';
import { startUp } from './start-up.ts';
import { upload } from './upload.ts';

/** In this order: the fresh hosts that the first part leaves are nearly what the next ones need. */
export const PARTS: readonly Part[] = [
  fresh,
  converged,
  deep,
  hosts,
  smallFiles,
  upload,
  latency,
  profile,
  startUp,
];
