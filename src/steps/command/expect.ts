import { diffLibrary } from '../../documents/diff-library.ts';
import { fail } from '../../engine/view.ts';
import type { CommandResult } from '../../looks/command.ts';
import { compilePattern, isBadPattern } from '../../patterns/pattern.ts';
import { cutText } from '../../secrets/cut-text.ts';
import type { Expectation } from './schema.ts';

const MAX_LINES = 20;

/** Why a result is not as expected, or undefined when it is. Without expectations the exit status must be 0. */
export function unexpected(result: CommandResult, expect: Expectation = {}): string | undefined {
  const { rc = 0, stdout, stderr, stdout_matches: pattern } = expect;
  const allowed = typeof rc === 'number' ? [rc] : rc;
  if (!allowed.includes(result.rc)) return wrongStatus(result, expect.rc === undefined ? undefined : allowed);
  const said = text(result.stdout);
  return (
    (stdout === undefined ? undefined : difference('standard output', trim(stdout), said)) ??
    (stderr === undefined ? undefined : difference('standard error', trim(stderr), text(result.stderr))) ??
    (pattern === undefined ? undefined : mismatch(pattern, said))
  );
}

/** In linear time: it is the host that says the text. */
function mismatch(pattern: string, said: string): string | undefined {
  const compiled = compilePattern(pattern);
  if (isBadPattern(compiled)) return `"stdout_matches" is no good: ${compiled.reason}`;
  return compiled.test(said) ? undefined : `standard output does not match ${pattern}: it is ${shown(said)}`;
}

/** Fails when an expectation could never be met, before anything is run. */
export function requireSensible({ stdout_matches: pattern }: Expectation = {}): void {
  const compiled = pattern === undefined ? undefined : compilePattern(pattern);
  if (compiled !== undefined && isBadPattern(compiled)) {
    fail(`"stdout_matches" is no good: ${compiled.reason}`, compiled.hint);
  }
}

/** Output as text, without the newline that ends the last line. */
export function text(output: Buffer): string {
  return trim(output.toString('utf8'));
}

function trim(value: string): string {
  return value.endsWith('\n') ? value.slice(0, -1) : value;
}

function wrongStatus({ rc, stderr }: CommandResult, allowed: readonly number[] | undefined): string {
  const last = stderr.toString('utf8').trim().split('\n').at(-1) ?? '';
  const wanted = allowed === undefined ? '' : `, not with ${allowed.join(' or ')}`;
  // The timeout of GNU says 124, that of busybox what SIGTERM leaves.
  const limit = rc === 124 || rc === 143 ? ' (as it does when its time limit is over)' : '';
  return `it ended with status ${rc}${limit}${wanted}${last === '' ? '' : `: ${last}`}`;
}

function difference(what: string, expected: string, actual: string): string | undefined {
  if (expected === actual) return undefined;
  if (!expected.includes('\n') && !actual.includes('\n')) {
    return `${what} is ${shown(actual)}, expected ${shown(expected)}`;
  }
  const lines = diffLibrary()
    .createTwoFilesPatch('expected', 'actual', `${expected}\n`, `${actual}\n`, '', '', {
      context: 1,
    })
    .split('\n')
    .slice(1)
    .filter((line) => line !== '');
  const cut = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '…'] : lines;
  return `${what} is not as expected:\n${cut.join('\n')}`;
}

function shown(value: string): string {
  return JSON.stringify(value.length > 200 ? `${cutText(value, 200)}…` : value);
}
