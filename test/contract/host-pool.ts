import type { Checkpoint, Lab, LabHost } from '../lab/index.ts';

interface Place {
  readonly host: LabHost;
  /** Settles when the host is in its first state again. */
  readonly ready: Promise<Checkpoint>;
}

/** Hosts of one kind that take turns: while a case runs on one, another is brought back to its first state. */
export class HostPool {
  private readonly lab: Lab;
  private readonly places: Place[];

  /** The hosts must be in their first state. */
  constructor(lab: Lab, hosts: readonly LabHost[]) {
    this.lab = lab;
    this.places = hosts.map((host) => ({ host, ready: lab.checkpoint(host) }));
  }

  /**
   * Lends the host that has waited longest, in its first state. One case at a time.
   *
   * @param reset whether more than files is changed on it, so that bringing these back would not be enough.
   */
  async borrow(work: (host: LabHost, first: Checkpoint) => Promise<void>, reset: boolean): Promise<void> {
    const next = this.places.shift();
    if (next === undefined) throw new Error('no host of this kind is up');
    const { host } = next;
    let checkpoint: Checkpoint | undefined;
    try {
      checkpoint = await next.ready;
      await work(host, checkpoint);
    } finally {
      const ready =
        reset || checkpoint === undefined ? this.restart(host) : this.lab.restore(host, checkpoint);
      ready.catch(() => {}); // told by the next case that waits for it
      this.places.push({ host, ready });
    }
  }

  private async restart(host: LabHost): Promise<Checkpoint> {
    await this.lab.reset(host);
    return this.lab.checkpoint(host);
  }
}
