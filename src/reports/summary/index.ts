import type { RunReport } from '../../engine/events.ts';
import { bugSection } from './bugs.ts';
import { changedSections } from './changed.ts';
import { failedSections } from './failed.ts';
import type { SummaryOptions } from './options.ts';
import { drawSections } from './section.ts';
import { surprisesSection } from './surprises.ts';
import { totalsSection } from './totals.ts';
import {
  assumedSection,
  ignoredSection,
  notesSection,
  uncheckedSection,
  untriedSection,
} from './unchecked.ts';
import { unreachableSections } from './unreachable.ts';

export type { SummaryOptions } from './options.ts';

/**
 * A run told to people: what changed (or would, or has drifted), what could not be judged, what failed and
 * how to mend it, and the totals. The most urgent stands last, next to the prompt.
 */
export function summary(report: RunReport, options: SummaryOptions): readonly string[] {
  return drawSections(
    [
      ...changedSections(report, options),
      uncheckedSection(report, options),
      assumedSection(report, options),
      notesSection(report, options),
      surprisesSection(report, options),
      ignoredSection(report, options),
      untriedSection(report, options),
      ...failedSections(report, options),
      ...unreachableSections(report, options),
      bugSection(report, options),
      totalsSection(report, options),
    ],
    options.style,
  );
}
