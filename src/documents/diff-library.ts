import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The library that compares texts; loaded by the first text that differs, as most runs find none. */
export function diffLibrary(): typeof import('diff') {
  return require('diff') as typeof import('diff');
}
