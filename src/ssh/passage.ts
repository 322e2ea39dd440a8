import { setTimeout as sleep } from 'node:timers/promises';
import type { Bastion } from './bastion.ts';
import { type ConnectTarget, connect } from './connect.ts';
import { ConnectionError } from './errors.ts';
import type { ForwardOptions } from './forward.ts';
import type { Way } from './way.ts';

/** Milliseconds for one stream to a host behind. */
const PATIENCE = 5_000;
/** Milliseconds until a host that was lost is tried once more: its own server may be starting anew, in this very run. */
const PAUSE = 2_000;
/** A host is tried for all that lie behind it: more would take long, and all have mostly one rule. */
const MOST = 8;

/** What is reached through a host. */
export interface Passage {
  /** Those that answer through it now, as `ADDRESS:PORT`. Never rejects. */
  open(): Promise<readonly string[]>;
  /**
   * Which of them a new connection to the host does not lead to any more, and why. Rejects with ConnectionError when there is
   * none.
   */
  lost(before: readonly string[]): Promise<readonly string[]>;
}

interface Stage {
  readonly bastion: Bastion;
  readonly address: string;
  readonly port: number;
}

/**
 * What other hosts of a run are reached over a host, as a bastion. Only TCP is tried, by `direct-tcpip`, and nobody logs in.
 *
 * @param targets all hosts of the run.
 * @returns undefined for a host that nothing goes through.
 */
export function passageOf(
  { address, port }: Pick<ConnectTarget, 'address' | 'port'>,
  targets: Iterable<ConnectTarget>,
): Passage | undefined {
  const stages = new Map<string, Stage>();
  for (const target of targets) {
    let next: Pick<ConnectTarget, 'address' | 'port'> = target;
    for (let via = bastionOf(target.via); via !== undefined; via = bastionOf(via.target.via)) {
      if (via.target.address === address && via.target.port === port) {
        stages.set(nameOf(next), { bastion: via, address: next.address, port: next.port });
      }
      next = via.target;
    }
  }
  if (stages.size === 0) return undefined;
  const some = [...stages.values()].slice(0, MOST);
  return {
    open: async () => {
      const tried = some.map(async (stage) => {
        const why = await failureOf((options) => stage.bastion.forward(options), stage);
        return why === undefined ? [nameOf(stage)] : [];
      });
      return (await Promise.all(tried)).flat();
    },
    lost: async (before) => {
      const theirs = some.filter((stage) => before.includes(nameOf(stage)));
      const ways = new Set(theirs.map(({ bastion }) => bastion));
      const lost = [...ways].map(async (bastion) => {
        const fresh = await connect(bastion.target, true);
        try {
          const mine = theirs.filter((stage) => stage.bastion === bastion);
          const through: Forward = (options) => fresh.forward(options);
          const tried = mine.map(async (stage) => {
            if ((await failureOf(through, stage)) === undefined) return [];
            await sleep(PAUSE);
            return (await failureOf(through, stage)) ?? [];
          });
          return (await Promise.all(tried)).flat();
        } finally {
          await fresh.close();
        }
      });
      return (await Promise.all(lost)).flat();
    },
  };
}

function bastionOf(way: Way | undefined): Bastion | undefined {
  return way as Bastion | undefined;
}

function nameOf({ address, port }: Pick<ConnectTarget, 'address' | 'port'>): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

type Forward = (options: Omit<ForwardOptions, 'closed'>) => ReturnType<Bastion['forward']>;

/** Why a stream could not be opened; undefined when it could. */
async function failureOf(forward: Forward, { bastion, address, port }: Stage): Promise<string | undefined> {
  try {
    const stream = await forward({ address, port, through: bastion.name, timeout: PATIENCE });
    stream.destroy();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return error.failure.message;
  }
}
