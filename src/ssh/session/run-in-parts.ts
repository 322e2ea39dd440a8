import type { InputPart } from '../../shell/input.ts';
import type { FrameResult } from './frames.ts';
import type { Split } from './lanes.ts';
import type { RemoteShell, RequestOptions } from './remote-shell.ts';
import type { Frame } from './request-script.ts';

interface SendInParts {
  readonly shell: RemoteShell;
  readonly frames: readonly Frame[];
  /** Which of the frames gets the file. */
  readonly at: number;
  readonly parts: Split;
  /** One for each of the parts that the frame's own shell does not get. */
  readonly lanes: readonly RemoteShell[];
}

/**
 * Runs frames in a shell, while other shells take parts of the first one's input. A part that does not arrive is no error
 * here: the frame's script finds the file incomplete, and what its own and the other shells said comes back with it.
 *
 * @throws ConnectionError when the answer of the frames did not come.
 */
export async function runInParts(
  { shell, frames, at, parts, lanes }: SendInParts,
  options: RequestOptions,
): Promise<readonly FrameResult[]> {
  const together = progressTogether(frames, options);
  const others = parts.rest.map((part, index) => sendPart(lanes[index], part, together()));
  const said = Promise.all(others);
  const own = parts.own(said);
  const rewritten = frames.map((frame, index) => (index === at ? { ...frame, input: own } : frame));
  try {
    const results = await shell.run(rewritten, together());
    const stderr = Buffer.concat(await said);
    return results.map((result, index) =>
      index === at ? { ...result, stderr: Buffer.concat([stderr, result.stderr]) } : result,
    );
  } catch (error) {
    // Nobody will put the parts together any more.
    for (const lane of lanes) lane.kill();
    throw error;
  }
}

/** @returns what the part's shell had to complain about. */
async function sendPart(
  lane: RemoteShell | undefined,
  part: InputPart,
  options: RequestOptions,
): Promise<Buffer> {
  try {
    const [result] = (await lane?.run([{ script: part.script, input: part }], options)) ?? [];
    return result === undefined || result.code === 0 ? Buffer.alloc(0) : result.stderr;
  } catch (error) {
    return Buffer.from(`${(error as Error).message}\n`);
  }
}

/** Makes options for each shell, so that what all of them have sent is told as one. */
function progressTogether(frames: readonly Frame[], options: RequestOptions): () => RequestOptions {
  const { onInput } = options;
  if (onInput === undefined) return () => options;
  const total = frames.reduce((sum, { input }) => sum + (input?.size ?? 0), 0);
  let all = 0;
  return () => {
    let before = 0;
    return {
      ...options,
      onInput: (sent) => {
        all += sent - before;
        before = sent;
        onInput(all, total);
      },
    };
  };
}
