import type { EngineEvent, HostReport, RunMode, StepRef } from '../../engine/events.ts';
import { changesOf, countsFor } from '../outcome.ts';

/** A host at work. Times are milliseconds of a monotonic clock. */
export interface HostAtWork {
  readonly host: string;
  readonly since: number;
  readonly phase: 'connecting' | 'observing' | 'locked' | 'waiting' | 'acting';
  readonly step?: StepRef;
  /** What the step is doing: "writing /etc/motd". */
  readonly action?: string;
  readonly transfer?: Transfer;
}

export interface Transfer {
  readonly sent: number;
  readonly total: number;
  readonly since: number;
  /** When `sent` was told. */
  readonly at: number;
}

/**
 * What the live display shows, brought up to date by every event in constant time: its cost must not grow
 * with the number of hosts.
 */
export class ProgressModel {
  mode: RunMode = 'apply';
  total = 0;
  done = 0;
  changed = 0;
  failed = 0;
  unreachable = 0;
  changes = 0;
  started = 0;
  /** In the order in which they began: the slowest stand first. */
  readonly atWork = new Map<string, HostAtWork>();
  /** The last hosts that failed or could not be reached, newest last. */
  readonly troubles: HostReport[] = [];

  apply(event: EngineEvent, now: number): void {
    switch (event.type) {
      case 'run-started':
        this.mode = event.mode;
        this.total = event.hosts.length;
        this.started = now;
        break;
      case 'host-started':
        this.atWork.set(event.host, { host: event.host, since: now, phase: 'connecting' });
        break;
      case 'host-connected':
        this.#update(event.host, { phase: 'observing' });
        break;
      case 'host-waiting':
        this.#update(event.host, { phase: 'locked' });
        break;
      case 'host-observed':
        this.#update(event.host, { phase: 'waiting' });
        break;
      case 'step-started':
        this.#update(event.host, { phase: 'acting', step: event.step, action: event.action });
        break;
      case 'transfer':
        this.#transfer(event.host, event.sent, event.total, now);
        break;
      case 'step-finished':
        this.#endStep(event.host);
        break;
      case 'host-finished':
        this.#endHost(event.report);
        break;
    }
  }

  #update(host: string, change: Partial<HostAtWork>): void {
    const known = this.atWork.get(host);
    if (known !== undefined) this.atWork.set(host, { ...known, ...change });
  }

  #transfer(host: string, sent: number, total: number, now: number): void {
    const since = this.atWork.get(host)?.transfer?.since ?? now;
    this.#update(host, { transfer: { sent, total, since, at: now } });
  }

  #endStep(host: string): void {
    const known = this.atWork.get(host);
    if (known?.phase !== 'acting') return;
    this.atWork.set(host, { host, since: known.since, phase: 'waiting' });
  }

  #endHost(report: HostReport): void {
    this.atWork.delete(report.host);
    this.done += 1;
    const changes = changesOf(report, countsFor(this.mode));
    this.changes += changes;
    if (report.status === 'failed') this.failed += 1;
    else if (report.status === 'unreachable') this.unreachable += 1;
    else if (changes > 0) this.changed += 1;
    if (report.status !== 'failed' && report.status !== 'unreachable') return;
    this.troubles.push(report);
    if (this.troubles.length > 2) this.troubles.shift();
  }
}
