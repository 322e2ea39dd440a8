import { createHash } from 'node:crypto';

/** One of several parts of a fleet, each of which runs on a controller of its own. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Bytes of the digest that are used: as many as a number holds exactly. */
const BYTES = 6;

/**
 * The part that a host belongs to, from 1 to `count`: the first six bytes of the SHA-256 of its name (UTF-8), as a
 * number with the highest byte first, modulo `count`, plus 1. Nothing but the name and `count` decides, so a host keeps
 * its part whatever happens to other hosts; and a person can check it:
 *
 *     echo $(( 0x$(printf %s NAME | sha256sum | cut -c1-12) % COUNT + 1 ))
 */
export function shardOf(host: string, count: number): number {
  return (createHash('sha256').update(host, 'utf8').digest().readUIntBE(0, BYTES) % count) + 1;
}

/** Whether a host belongs to a part; without one every host does. */
export function isInShard(host: string, shard: Shard | undefined): boolean {
  return shard === undefined || shardOf(host, shard.count) === shard.index;
}

/** As on the command line: `2/8`. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}
