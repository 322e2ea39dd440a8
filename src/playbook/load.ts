import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Playbook } from './model.ts';

export interface LoadPlaybooksOptions {
  /** Folder against which relative paths are resolved, and below which files are shown relative. Default: the current one. */
  readonly cwd?: string;
}

export interface LoadedPlaybooks {
  /**
   * What could be read. With errors it may be incomplete: it must not be run then, but further checks may still
   * be made on it, so that everything wrong is told at once.
   */
  readonly playbooks: readonly Playbook[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads playbook files, with everything they include. Never throws for what a user wrote. */
export function loadPlaybooks(
  _paths: readonly string[],
  _options: LoadPlaybooksOptions = {},
): LoadedPlaybooks {
  throw new Error('not written yet');
}
