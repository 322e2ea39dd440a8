import { AT_ONCE, type InputPart, type ScriptInput } from '../../shell/input.ts';

/** More channels than this are not opened for one transfer: OpenSSH allows ten, and the shells need some. */
const MOST_EXTRA = 8;
/** Milliseconds of round trip that call for one more channel: one alone carries its window, 2 MiB, in that time. */
const PER_LANE = 6;
/** Milliseconds of round trip below which a link is short enough for one channel. */
export const LONG = 12;
/** Bytes that each channel should have to carry at least. */
const LEAST_PART = 4 * 1024 * 1024;
/** Parts begin at a multiple of this: a mebibyte. */
export const PART_UNIT = 16 * AT_ONCE;

/** A file that is to come over several channels. */
export interface Split {
  /** What the action's own script gets: its part, and the token when `rest` has arrived or failed. */
  readonly own: (arrived: Promise<unknown>) => ScriptInput;
  /** One for each further channel. */
  readonly rest: readonly InputPart[];
}

/**
 * How many channels besides its own a transfer should have. The window of one channel is what the host takes without
 * having answered: on a long link it, not the line, is what limits a transfer.
 *
 * @param size bytes of the file.
 * @param roundTrip milliseconds.
 */
export function extraLanes(size: number, roundTrip: number): number {
  if (roundTrip < LONG) return 0;
  const useful = Math.floor(size / LEAST_PART) - 1;
  return Math.max(0, Math.min(MOST_EXTRA, Math.max(1, Math.round(roundTrip / PER_LANE)), useful));
}

/** Bytes that are under way at least: more than a host takes between two answers. */
const LEAST_UNDER_WAY = 512 * 1024;
/** Bytes for each millisecond of round trip: what a line of 4 Gbit/s carries. */
const PER_MILLISECOND = 512 * 1024;

/** Bytes of a file that is large enough to be asked about: what is copied of smaller ones does not count. */
export const LARGE = 2 * LEAST_PART;

/**
 * How many bytes of a large file should be under way on one channel. What the host's process has not taken yet its SSH server keeps and
 * copies again and again: of a file that comes as quickly as the machines can, that is a fifth of what it costs the host.
 *
 * @param roundTrip milliseconds at most.
 * @returns `Infinity` where nothing is known of the link.
 */
export function underWay(roundTrip: number): number {
  return Math.max(LEAST_UNDER_WAY, roundTrip * PER_MILLISECOND);
}

/** Cuts a file into parts of about the same size, one for its own channel and one for each of the others. */
export function split(input: ScriptInput, extra: number): Split | undefined {
  const { size, part, taken } = input;
  const each = Math.ceil(size / (extra + 1) / PART_UNIT) * PART_UNIT;
  if (part === undefined || taken === undefined || extra === 0 || each >= size) return undefined;
  const rest: InputPart[] = [];
  for (let at = each; at < size; at += each) rest.push(part(at, Math.min(each, size - at)));
  return {
    rest,
    own: (arrived) => ({
      taken,
      tokenFollows: true,
      size: each + 1,
      open: () => withToken(part(0, each), arrived),
    }),
  };
}

async function* withToken(own: InputPart, arrived: Promise<unknown>): AsyncGenerator<Buffer> {
  yield* own.open();
  await arrived;
  yield Buffer.from('.');
}
