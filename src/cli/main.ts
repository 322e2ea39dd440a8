#!/usr/bin/env node
import { runCli } from './cli.ts';
import { EXIT } from './exit-code.ts';
import { maskStream } from './mask-output.ts';
import { outputProblem } from './output.ts';
import { tellUncaught } from './uncaught.ts';

maskStream(process.stdout);
maskStream(process.stderr);
tellUncaught(process.argv.slice(2));
const written = outputProblem(process.stdout);
void runCli(process.argv.slice(2)).then(async (code) => {
  const problem = await written();
  if (problem !== undefined) process.stderr.write(`${problem}\n`);
  // When all is written the process ends, whatever a dead connection still waits for.
  process.stderr.write('', () => process.exit(problem === undefined ? code : EXIT.error));
});
