/**
 * Runs the bundle with a command line and keeps what V8 has compiled by the end, functions and all.
 * Usage: record.ts BUNDLE ARGUMENT…
 */
import { readFileSync, writeFileSync } from 'node:fs';
import v8 from 'node:v8';
import { bundleScript, cacheFile, runBundle } from './script.ts';

const [node = '', , filename = '', ...args] = process.argv;
const script = bundleScript(filename, readFileSync(filename, 'latin1'));
process.argv = [node, filename, ...args];
// What was compiled under other flags than those of a start is not taken.
v8.setFlagsFromString = () => {};
process.once('exit', () => writeFileSync(cacheFile(filename), script.createCachedData()));
runBundle(filename, script);
