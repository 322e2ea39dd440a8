#!/usr/bin/env node
import { runCli } from './cli.ts';

void runCli(process.argv.slice(2)).then((code) => {
  // When all is written the process ends, whatever a dead connection still waits for.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
});
