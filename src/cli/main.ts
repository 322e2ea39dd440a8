#!/usr/bin/env node
import { runCli } from './cli.ts';

process.exitCode = await runCli(process.argv.slice(2));
// Nothing should be left to wait for; should a dead connection hold the process all the same, it ends here.
setTimeout(() => process.exit(), 2_000).unref();
