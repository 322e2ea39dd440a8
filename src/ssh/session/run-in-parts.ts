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
 * here: the frame's script finds the file incomplete or other bytes in it, and what its own and the other shells said comes back
 * with it.
 *
 * @throws ConnectionError when the answer of the frames did not come.
 */
export async function runInParts(
  { shell, frames, at, parts, lanes }: SendInParts,
  options: RequestOptions,
): Promise<readonly FrameResult[]> {
  // The parts look for the file at once, so what comes before it must be done by then.
  const began = performance.now();
  const before = at === 0 ? [] : await shell.run(frames.slice(0, at), options);
  const left = { ...options, timeout: Math.max(1, options.timeout - (performance.now() - began)) };
  const failed = before.some(({ code }) => code !== 0);
  const rest = frames.slice(at);
  if (failed) return [...before, ...(await runInSpite(shell, rest, left))];
  const together = progressTogether(frames, left);
  const others = parts.rest.map((part, index) => sendPart(lanes[index], part, together()));
  const said = Promise.all(others);
  const own = parts.own(said);
  const rewritten = rest.map((frame, index) => (index === 0 ? { ...frame, input: own } : frame));
  try {
    const results = await shell.run(rewritten, together(own.size - 1));
    const stderr = Buffer.concat(await said);
    return [...before, ...results.map((result, index) => (index === 0 ? withSaid(result, stderr) : result))];
  } catch (error) {
    // Nobody will put the parts together any more.
    for (const lane of lanes) lane.kill();
    throw error;
  }
}

/** Runs frames behind one that has failed. */
async function runInSpite(
  shell: RemoteShell,
  frames: readonly Frame[],
  options: RequestOptions,
): Promise<readonly FrameResult[]> {
  const left = frames.filter(({ onlyIfOk }) => onlyIfOk !== true);
  const results = left.length === 0 ? [] : await shell.run(left, options);
  const nothing = Buffer.alloc(0);
  return frames.map(
    (frame) =>
      results[left.indexOf(frame)] ?? { code: 125, stdout: nothing, stderr: nothing, received: Date.now() },
  );
}

function withSaid(result: FrameResult, said: Buffer): FrameResult {
  return { ...result, stderr: Buffer.concat([said, result.stderr]) };
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
    // It may wait for bytes that never come.
    lane?.kill();
    return Buffer.from(`${(error as Error).message}\n`);
  }
}

/**
 * Makes options for each shell, so that what all of them have sent is told as one. The byte behind `token` bytes is none of the
 * file.
 */
function progressTogether(
  frames: readonly Frame[],
  options: RequestOptions,
): (token?: number) => RequestOptions {
  const { onInput } = options;
  if (onInput === undefined) return () => options;
  const total = frames.reduce((sum, { input }) => sum + (input?.size ?? 0), 0);
  let all = 0;
  return (token = Number.POSITIVE_INFINITY) => {
    let before = 0;
    return {
      ...options,
      onInput: (sent) => {
        const ofFile = sent > token ? sent - 1 : sent;
        if (ofFile === before) return;
        all += ofFile - before;
        before = ofFile;
        onInput(all, total);
      },
    };
  };
}
