import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** The bundle as V8 takes it: `cachedData` is what V8 made of the very same text before. */
export function bundleScript(filename: string, text: string, cachedData?: Buffer): Script {
  const wrapped = `(function (require, module, exports, __filename, __dirname) {${text}\n})`;
  return new Script(wrapped, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
}

/** Runs it as Node would run the file. */
export function runBundle(filename: string, script: Script): void {
  const module = { exports: {} };
  script.runInThisContext()(createRequire(filename), module, module.exports, filename, dirname(filename));
}

/** The cache is of use to the same Node on the same processor; V8 itself refuses that of another version. */
export function cacheFile(filename: string): string {
  return `${filename}.${process.version}-${process.arch}.cache`;
}
