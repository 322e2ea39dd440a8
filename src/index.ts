/**
 * The library: what a program that embeds `provision` needs, and no more. It prints nothing and reads no command line.
 *
 * @example
 * const { inventory, diagnostics } = loadInventory(['inventory/prod.yml']);
 * const { playbooks } = loadPlaybooks(['playbooks/go.yml']);
 * const { programs, connections } = buildPrograms({ playbooks, inventory });
 * const result = await run({ mode: 'dry-run', programs, connect: (host) => HostSession.open(…), … });
 *
 * Every step of the way gives diagnostics: with an error among them (`hasErrors`) nothing may be run.
 */

export type { Diagnostic, Position, Range, RelatedPlace, SourceText } from './documents/diagnostic.ts';
export { hasErrors } from './documents/diagnostic.ts';
export { formatDiagnostic, formatDiagnostics } from './documents/format.ts';
export type { Change } from './engine/change.ts';
export type { Concurrency } from './engine/concurrency.ts';
export type {
  EngineEvent,
  HostReport,
  HostStatus,
  Listener,
  RunMode,
  RunOrigin,
  RunReport,
  StepProblem,
  StepRef,
  StepReport,
  StepStatus,
} from './engine/events.ts';
export type { HostMemory, MemoryStore } from './engine/host-memory.ts';
export type { HostProgram, ProgramSection } from './engine/host-program.ts';
export type { Json } from './engine/json.ts';
export type { HashProof } from './engine/look.ts';
export type { Origin, Play, Playbook, PlaybookStep } from './engine/playbook.ts';
export type { OfflineProblem } from './engine/prepare.ts';
export { type RunResult, run } from './engine/run.ts';
export type { RunOptions } from './engine/run-options.ts';
export type { StepExample, StepKind } from './engine/step-kind.ts';
export type { Connection } from './inventory/connection.ts';
export type { Group, Host, Inventory } from './inventory/inventory.ts';
export { type LoadedInventory, type LoadInventoryOptions, loadInventory } from './inventory/load.ts';
export {
  type BuildProgramsOptions,
  type BuiltPrograms,
  buildPrograms,
  type ConnectionDefaults,
} from './playbook/build-programs.ts';
export { checkArtifacts } from './playbook/check-artifacts.ts';
export { type LintOptions, lintPlaybooks } from './playbook/lint.ts';
export { type LoadedPlaybooks, type LoadPlaybooksOptions, loadPlaybooks } from './playbook/load.ts';
export { VARIABLE_PRECEDENCE } from './playbook/variables.ts';
export type { ConnectTarget } from './ssh/connect.ts';
export { ConnectionError, type ConnectionFailure } from './ssh/errors.ts';
export { HostSession } from './ssh/host-session.ts';
export { Targets } from './ssh/target.ts';
export { STEP_KINDS } from './steps/index.ts';
