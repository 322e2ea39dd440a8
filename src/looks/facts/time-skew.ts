import { LookError } from '../../engine/look.ts';
import { sh } from '../../shell/quote.ts';
import type { Fact } from './fact.ts';

/**
 * The host says what its clock shows, and the controller notes when the answer came in. The answer's way to the
 * controller is counted as the host being late: some milliseconds in a data centre.
 */
export const timeSkew: Fact = {
  name: 'time_skew',
  summary:
    "Seconds by which the host's clock is ahead of the controller's (negative: behind). Right to the network's delay, to 1 s on busybox.",
  example: -0.012,
  script: sh`date +%s.%N`,
  parse(output, { received }) {
    const match = /^(\d+)\.(\d{9})?/.exec(output.trim());
    if (match === null) throw new LookError(`date gave ${JSON.stringify(output.trim())}`);
    const [, seconds, fraction] = match;
    // Without a fraction (busybox) the moment lies anywhere in that second.
    const host = Number(seconds) + (fraction === undefined ? 0.5 : Number(`0.${fraction}`));
    return Math.round((host - received / 1000) * 1000) / 1000;
  },
};
