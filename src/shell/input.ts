import type { Shell } from './quote.ts';

/** Bytes that `p_receive` takes with one program at the most. */
export const AT_ONCE = 65_536;

/** Bytes for a script's standard input. */
export interface ScriptInput {
  /** Exactly this many bytes follow. */
  readonly size: number;
  /** A chunk is not used any more once the next one is asked for: its memory may be used again. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Small inputs may be given as bytes instead of being opened. */
  readonly bytes?: Uint8Array;
  /**
   * The script takes the bytes itself, once, by `p_receive` (receive-script.ts), which saves a pipe and the programs at its
   * ends. Such a script must neither set a trap for EXIT (it has `p_tidy`) nor `exec` a program.
   */
  readonly taken?: true;
  /**
   * The bytes from a place on, for a large file that may come over several channels at once. Then the script, which has to
   * take its input itself, gets the beginning only; `p_await_parts` waits for the others. What came of them it has to judge
   * itself.
   */
  readonly part?: (at: number, length: number) => InputPart;
  /** The last byte is none of the file: it is the token that comes once the other parts are there, or have failed. */
  readonly tokenFollows?: true;
}

/** Part of an input, and the script that takes it in another shell of the same user while the one it belongs to runs. */
export interface InputPart {
  /** Bytes. */
  readonly size: number;
  readonly open: () => AsyncIterable<Buffer>;
  readonly script: Shell;
}

/** Bytes that are there already. */
export function bytesInput(bytes: Uint8Array): ScriptInput {
  const opened = async function* () {
    yield Buffer.from(bytes);
  };
  return { size: bytes.length, bytes, open: opened };
}
