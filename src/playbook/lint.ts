import { type Diagnostic, hasErrors } from '../documents/diagnostic.ts';
import type { DocumentReader } from '../documents/yaml.ts';
import { type BuildProgramsOptions, buildPrograms } from './build-programs.ts';
import { checkArtifacts } from './check-artifacts.ts';
import { conflictingMethods } from './conflicting-methods.ts';
import { idleBecome, runsAlways, templateWarnings, unusedResults, unusedVariables } from './lint-warnings.ts';
import { loadPlaybooks } from './load.ts';
import { secretArguments } from './secret-arguments.ts';
import { type ExtraName, unusedExtraVars } from './unused-extra.ts';

export interface LintOptions extends Omit<BuildProgramsOptions, 'playbooks' | 'inventory'> {
  /** Playbook files. */
  readonly playbooks: readonly string[];
  /** Without it, variables and hosts are not checked. */
  readonly inventory?: BuildProgramsOptions['inventory'];
  readonly cwd?: string;
  /** Reads the files. Default: no encrypted ones. */
  readonly read?: DocumentReader;
  /** Where the `extraVars` stand. Default: on the command line. */
  readonly extraNames?: readonly ExtraName[];
}

/** Everything that can be said of playbooks without a host: errors of loading and compiling, and warnings. */
export async function lintPlaybooks(options: LintOptions): Promise<readonly Diagnostic[]> {
  const { playbooks: paths, inventory, cwd, read, extraNames, ...rest } = options;
  const loaded = loadPlaybooks(paths, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(read === undefined ? {} : { read }),
  });
  const found: Diagnostic[] = [...loaded.diagnostics];
  const plays = loaded.playbooks.flatMap((playbook) => playbook.plays);
  if (inventory !== undefined) {
    const { programs, diagnostics } = buildPrograms({ ...rest, inventory, playbooks: loaded.playbooks });
    found.push(...diagnostics, ...conflictingMethods(programs), ...(await checkArtifacts(programs)));
    found.push(...secretArguments(programs));
    // A file that could not be loaded whole may use what seems unused.
    if (!hasErrors(found)) {
      found.push(...unusedVariables(programs), ...idleBecome(programs));
    }
    if (!hasErrors(loaded.diagnostics)) {
      const extra = extraNames ?? Object.keys(rest.extraVars ?? {}).map((name) => ({ name }));
      found.push(...unusedExtraVars(extra, loaded.playbooks, inventory));
    }
  }
  found.push(...templateWarnings(plays));
  if (!hasErrors(loaded.diagnostics)) found.push(...unusedResults(plays), ...runsAlways(plays));
  return found;
}
