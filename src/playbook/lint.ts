import type { Diagnostic } from '../documents/diagnostic.ts';
import type { BuildProgramsOptions } from './build-programs.ts';

export interface LintOptions extends Omit<BuildProgramsOptions, 'playbooks' | 'inventory'> {
  /** Playbook files. */
  readonly playbooks: readonly string[];
  /** Without it, variables and hosts are not checked. */
  readonly inventory?: BuildProgramsOptions['inventory'];
  readonly cwd?: string;
}

/** Everything that can be said of playbooks without a host: errors of loading and compiling, and warnings. */
export async function lintPlaybooks(_options: LintOptions): Promise<readonly Diagnostic[]> {
  throw new Error('not written yet');
}
