import { documents } from './documents.ts';
import { sshConfig } from './ssh-config.ts';
import { streams } from './streams.ts';
import type { FuzzTarget } from './target.ts';

/** Everything that is fuzzed. */
export const TARGETS: readonly FuzzTarget[] = [...documents, ...streams, sshConfig];
