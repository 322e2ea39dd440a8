import type { StepReport } from './events.ts';

/**
 * Keeps one report for all hosts on which a step came out the same, with nothing more to tell: on a fleet that is as
 * wanted these are nearly all, and they are kept until the end of the run.
 */
export class SharedReports {
  readonly #known = new Map<string, StepReport>();

  share(report: StepReport): StepReport {
    const { status, step, changes, reason, failure, notes, assumes, output, always, hidden, duration } =
      report;
    const more = failure ?? notes ?? assumes ?? output ?? always;
    if (changes.length > 0 || more !== undefined || duration !== 0) return report;
    const key = [step.id, step.name, step.item, status, reason, hidden].join('\0');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, report);
    return report;
  }
}
