import { EXIT } from './exit-code.ts';

/** For a command that only prints: ends it when nobody reads on, or when what it prints cannot be written. */
export function endWithReader(problem: string | undefined): void {
  if (problem !== undefined) process.stderr.write(`${problem}\n`);
  process.exit(problem === undefined ? EXIT.done : EXIT.error);
}
