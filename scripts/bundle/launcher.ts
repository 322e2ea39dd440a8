#!/usr/bin/env node
/**
 * What `npm run build` puts in the place of dist/cli/main.js: it runs the bundle with the compiled code that is kept
 * beside it, as compiling takes longer than all else that a converged run does.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleScript, cacheFile, runBundle } from './script.ts';

/** Set when this is built. */
declare const VERSION: string;

const filename = fileURLToPath(new URL('../bundle/provision.cjs', import.meta.url));

function compiledBefore(): Buffer | undefined {
  try {
    return readFileSync(cacheFile(filename));
  } catch {
    return undefined;
  }
}

if (process.argv.length === 3 && process.argv[2] === '--version') {
  console.log(VERSION);
} else {
  // The bundle is plain ASCII: so it is read as one byte a character.
  runBundle(filename, bundleScript(filename, readFileSync(filename, 'latin1'), compiledBefore()));
}
