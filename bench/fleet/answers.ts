import { createHash } from 'node:crypto';

/** What a host sent back for one request: both streams, in the pieces in which they came. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly pieces: readonly Piece[];
}

interface Piece {
  readonly stream: 'stdout' | 'stderr';
  /** Bytes. */
  readonly length: number;
}

/** What a converged host answers, by `keyOf` of the request. */
export type Answers = Readonly<Record<string, Answer>>;

/** Stands in recorded answers for the random mark of the session; as long as one. Texts are latin1: bytes. */
const PLACEHOLDER = '@'.repeat(32);

/** The mark that the first request of a session sets. */
export function markOf(script: string): string | undefined {
  return /^MARK=([0-9a-f]{32})\n/.exec(script)?.[1];
}

/** Tells requests apart by every byte of them except for the session's mark. */
export function keyOf(script: string, mark: string): string {
  return createHash('sha256').update(script.replaceAll(mark, PLACEHOLDER), 'latin1').digest('hex');
}

/** Makes an answer of what came in, for any session. */
export function toAnswer(
  chunks: readonly { readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }[],
  mark: string,
): Answer {
  const whole = (stream: 'stdout' | 'stderr'): string =>
    Buffer.concat(chunks.filter((chunk) => chunk.stream === stream).map(({ data }) => data))
      .toString('latin1')
      .replaceAll(mark, PLACEHOLDER);
  return {
    stdout: whole('stdout'),
    stderr: whole('stderr'),
    pieces: chunks.map(({ stream, data }) => ({ stream, length: data.length })),
  };
}

/** The answer as the host would send it in the session with this mark, piece by piece. */
export function* playback(
  { stdout, stderr, pieces }: Answer,
  mark: string,
): Generator<{ readonly stream: 'stdout' | 'stderr'; readonly data: Buffer }> {
  const bytes = {
    stdout: Buffer.from(stdout.replaceAll(PLACEHOLDER, mark), 'latin1'),
    stderr: Buffer.from(stderr.replaceAll(PLACEHOLDER, mark), 'latin1'),
  };
  const at = { stdout: 0, stderr: 0 };
  for (const { stream, length } of pieces) {
    yield { stream, data: bytes[stream].subarray(at[stream], at[stream] + length) };
    at[stream] += length;
  }
}
