import type { ScriptInput } from '../../shell/input.ts';
import type { Shell } from '../../shell/quote.ts';
import { AWAIT_ROLLBACK } from './await-rollback.ts';
import { PRELUDE } from './prelude.ts';

/** One script of a request. */
export interface Frame {
  readonly script: Shell;
  /** Bytes for the script's standard input; without it the input is empty. */
  readonly input?: ScriptInput;
  /** Leave this frame out (status 125, empty output) when an earlier frame of the request failed. */
  readonly onlyIfOk?: boolean;
  /** The script is the body of a function and needs no subshell: see `HostLookKind.inShell`. Only without input. */
  readonly inShell?: boolean;
  /** With `inShell`: what it opens or sets in the shell is to stay there. It must not write to standard error. */
  readonly stays?: boolean;
}

export interface RequestScript {
  /** By which the ends of frames are known. */
  readonly mark: string;
  /** The shell writes to both streams over one. */
  readonly merged: boolean;
  /** Undefined but for a shell's first request. Then: whether to wait for a rollback that is under way. */
  readonly first?: { readonly waits: boolean };
}

/**
 * What a shell is to run for a request, behind its length; frames.ts reads what comes of it. Scripts of 100 KiB are
 * common: they are copied once, into the bytes that are sent.
 */
export function requestBytes(frames: readonly Frame[], how: RequestScript): Buffer {
  // V8 joins texts that are added without copying them, other than `join`.
  const script = requestLines(frames, how).reduce((text, line) => `${text}\n${line}`);
  const length = Buffer.byteLength(script);
  const line = `${length}\n`;
  const bytes = Buffer.allocUnsafe(line.length + length);
  bytes.write(script, bytes.write(line));
  return bytes;
}

function requestLines(frames: readonly Frame[], { mark, merged, first }: RequestScript): readonly string[] {
  return [
    ...(first === undefined ? [] : [`MARK=${mark}`, PRELUDE.text]),
    ...(first?.waits === true ? [AWAIT_ROLLBACK.text] : []),
    'printf \'%s<\\n\' "$MARK"',
    ...(merged ? ['exec 3>&1'] : ['printf \'%s<\\n\' "$MARK" >&2']),
    'ok=1',
    ...frames.flatMap((frame) => frameLines(frame, merged)),
  ];
}

/**
 * What a subshell has not taken of its input it throws away at its end, and says so by its status (`p_end`). One that does not
 * say so was killed: nobody knows then where the next request begins, so there is none. Stands in the session's own shell, not
 * in a substitution, so that it is that shell which ends.
 */
export const CONFIRMED = 'if [ $rc -ge 100 ] && [ $rc -le 125 ]; then rc=$((rc - 100)); else exit 1; fi';

/**
 * A frame runs in a subshell unless it asks for none, so that nothing it does to the shell outlives it. Its input is exactly the
 * bytes that belong to it: when the script gives up early, what is left is read and thrown away, or the next
 * request would be read out of the middle of a file.
 */
function frameLines(frame: Frame, merged: boolean): string[] {
  const run = runLines(frame);
  const skip =
    frame.input === undefined ? ['rc=125'] : [`p_input ${frame.input.size} >/dev/null || exit 1; rc=125`];
  const ran = merged ? inOneStream(run, frame.stays === true) : run;
  const lines = frame.input?.taken === true ? [...ran, CONFIRMED] : ran;
  const guarded =
    frame.onlyIfOk === true ? ['if [ $ok = 1 ]; then', ...lines, 'else', 'err=', ...skip, 'fi'] : lines;
  return [
    ...guarded,
    '[ $rc -eq 0 ] || ok=0',
    'printf \'\\n%s %s\\n\' "$MARK" $rc',
    merged ? 'printf \'%s\\n%s \\n\' "$err" "$MARK"' : 'printf \'\\n%s \\n\' "$MARK" >&2',
  ];
}

/**
 * Runs a frame's script with its input, or none; leaves its status in `rc`. Where the script takes its input itself `CONFIRMED`
 * has to follow.
 */
export function runLines({ script, input, inShell }: Frame): string[] {
  const body = script.text;
  if (input?.taken === true) {
    return [`( p_begin ${input.size}${input.tokenFollows === true ? ' 1' : ''}`, body, '); rc=$?'];
  }
  if (input !== undefined) {
    // Who reads it too short, or is killed, leaves a part of it behind: then the whole shell has to end.
    const given = `{ p_input ${input.size} || kill -KILL $$; }`;
    return [`${given} | { (\n${body}\n); rc=$?; cat >/dev/null; exit $rc; }; rc=$?`];
  }
  if (inShell === true) return [`p_frame() {\n${body}\n}; p_frame </dev/null; rc=$?`];
  return [`(\n${body}\n) </dev/null; rc=$?`];
}

/**
 * Where both streams are one, what was written to standard error is kept until standard output is complete. The letter
 * behind it keeps its last newlines; a shell that cannot keep a NUL byte does not say so. That takes a subshell: what
 * opens something that is to stay has none, and nothing to say there.
 */
function inOneStream(run: readonly string[], stays: boolean): string[] {
  if (stays) return ['{', ...run, '} 2>/dev/null; err='];
  return [
    '{ err=$( {',
    ...run,
    'printf x >&2; exit $rc; } 2>&1 >&3 3>&- ); rc=$?; } 2>/dev/null',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the host's shell that reads this.
    'err=${err%x}',
  ];
}
