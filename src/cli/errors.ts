import { formatDiagnostic } from '../documents/format.ts';
import { BrokenOff } from './asking.ts';
import { EXIT } from './exit-code.ts';
import { colorWanted } from './terminal.ts';
import { UsageError } from './usage.ts';

/** Tells on standard error what ended a command: the user's mistake in a line, our own with an apology. Returns the exit code. */
export function reportTrouble(error: unknown, args: readonly string[]): number {
  if (error instanceof BrokenOff) {
    process.stderr.write(`Interrupted: ${error.message}.\n`);
    return EXIT.interrupted;
  }
  const color = colorWanted(process.stderr, args.includes('--no-color'));
  const say = (message: string, hint?: string): void => {
    const diagnostic = {
      severity: 'error',
      code: 'usage',
      message,
      ...(hint === undefined || hint === '' ? {} : { hint }),
    } as const;
    process.stderr.write(`${formatDiagnostic(diagnostic, { color })}\n`);
  };
  if (error instanceof UsageError) {
    say(error.message, error.hint ?? 'provision --help explains the usage');
    return EXIT.error;
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const debug = process.env.PROVISION_DEBUG === '1' || args.some((arg) => /^-v{3,}$/.test(arg));
  say(
    `sorry, this is a bug in provision: ${message}`,
    debug
      ? undefined
      : 'please report it, with what PROVISION_DEBUG=1 adds; hosts keep whole files, and running again is safe',
  );
  if (debug && stack !== undefined) process.stderr.write(`${stack}\n`);
  return EXIT.error;
}
