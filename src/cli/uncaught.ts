import { reportTrouble } from './errors.ts';

/**
 * Has what nobody caught told as any other bug. Node would print it by itself, past the stream and its masks: what is thrown may hold
 * what a host has said.
 */
export function tellUncaught(args: readonly string[]): void {
  process.on('uncaughtException', (error) => {
    const code = reportTrouble(error, args);
    process.stderr.write('', () => process.exit(code));
  });
}
