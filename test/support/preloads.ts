import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp-files.ts';

/** What a child of Node's needs in its environment for another world than this one, as long as the test goes on. */
interface Preload {
  readonly env: Readonly<Record<string, string>>;
}

/** No native part of a package can be loaded, as where none was built. */
export function withoutNativeParts(): Preload & { readonly refused: () => readonly string[] } {
  const log = join(tempFolder('refused-'), 'log');
  writeFileSync(log, '');
  const env = preload(`
    process.dlopen = (_, path) => {
      require('node:fs').appendFileSync(${JSON.stringify(log)}, path + '\\n');
      throw Object.assign(new Error('it was not built: ' + path), { code: 'ERR_DLOPEN_FAILED' });
    };`);
  return { env, refused: () => readFileSync(log, 'utf8').split('\n').filter(Boolean) };
}

/**
 * The wall clock is so many milliseconds ahead (negative: behind), all the time or since a file has been there. Clocks
 * that only go on (monotonic ones) are as ever.
 */
export function otherClock(milliseconds: number, since?: string): Preload {
  const jumped = since === undefined ? 'true' : `require('node:fs').existsSync(${JSON.stringify(since)})`;
  return {
    env: preload(`
    const Right = Date;
    const now = () => Right.now() + (${jumped} ? ${milliseconds} : 0);
    globalThis.Date = class Date extends Right {
      constructor(...given) {
        super(...(given.length === 0 ? [now()] : given));
      }
      static now() {
        return now();
      }
    };`),
  };
}

function preload(code: string): Readonly<Record<string, string>> {
  const path = join(tempFolder('preload-'), 'preload.cjs');
  writeFileSync(path, code);
  return { NODE_OPTIONS: `--require ${path}` };
}
