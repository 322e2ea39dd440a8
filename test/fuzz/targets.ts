import { archives } from './archives.ts';
import { documents } from './documents.ts';
import { encrypted } from './encrypted.ts';
import { merging } from './events.ts';
import { expressions } from './expressions.ts';
import { hostFiles } from './host-files.ts';
import { keys } from './keys.ts';
import { sshConfig } from './ssh-config.ts';
import { streams } from './streams.ts';
import type { FuzzTarget } from './target.ts';

/** Everything that is fuzzed. */
export const TARGETS: readonly FuzzTarget[] = [
  ...documents,
  ...streams,
  sshConfig,
  ...expressions,
  keys,
  ...encrypted,
  ...hostFiles,
  merging,
  archives,
];
