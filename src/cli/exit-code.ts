import type { RunReport } from '../engine/events.ts';
import { outcomeOf } from '../reports/outcome.ts';

/** All exit codes; every command uses them alike. */
export const EXIT = {
  done: 0,
  /** Usage, validation or internal error. */
  error: 1,
  /** Changes pending, or drift. */
  changes: 2,
  failed: 3,
  /** Some host could not be reached or observed. */
  unreachable: 4,
  interrupted: 130,
} as const;

/** The exit code of a run: the worst wins. A host that was not observed is never taken for a clean one. */
export function exitCodeOf(report: RunReport, detailed: boolean): number {
  if (report.interrupted) return EXIT.interrupted;
  const { bugs, failed, unreachable, changes } = outcomeOf(report);
  if (bugs > 0) return EXIT.error;
  if (failed > 0) return EXIT.failed;
  if (unreachable > 0) return EXIT.unreachable;
  const tells = report.mode === 'drift' || (report.mode === 'dry-run' && detailed);
  return tells && changes > 0 ? EXIT.changes : EXIT.done;
}
