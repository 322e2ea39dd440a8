/** How a run treated its hosts, from its JSON lines. All times in seconds. */
export interface Fairness {
  /** Hosts that were observed completely and found as wanted. */
  readonly observed: number;
  /** From the host's turn to its end. */
  readonly duration: Percentiles;
  /** From the host's turn to its login. */
  readonly login: Percentiles;
  /** Between the ends of two hosts: for so long nothing came to an end. */
  readonly longestPause: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

interface Line {
  readonly event: string;
  readonly time: string;
  readonly host?: string;
  readonly status?: string;
  readonly durationMs?: number;
}

export function fairness(jsonLines: string): Fairness {
  const begun = new Map<string, number>();
  const durations: number[] = [];
  const logins: number[] = [];
  const observed = new Set<string>();
  let ok = 0;
  let lastEnd: number | undefined;
  let longestPause = 0;
  for (const text of jsonLines.split('\n')) {
    if (text === '') continue;
    const { event, time, host = '', status, durationMs = 0 } = JSON.parse(text) as Line;
    const at = Date.parse(time) / 1000;
    if (event === 'host-started') begun.set(host, at);
    if (event === 'host-connected') logins.push(at - (begun.get(host) ?? at));
    if (event === 'host-observed') observed.add(host);
    if (event !== 'host-finished') continue;
    durations.push(durationMs / 1000);
    if (status === 'ok' && observed.has(host)) ok += 1;
    if (lastEnd !== undefined) longestPause = Math.max(longestPause, at - lastEnd);
    lastEnd = at;
  }
  return { observed: ok, duration: percentiles(durations), login: percentiles(logins), longestPause };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
