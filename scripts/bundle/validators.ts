import { readdirSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** What the validators call of their library. */
const LIBRARY = ['ajv/dist/runtime/ucs2length', 'ajv-formats/dist/formats'];

/**
 * Puts the validators that the build made, and what they call, into the bundle: src/documents/validator-modules.ts
 * looks for a file of each, and loads it.
 */
export function withValidators(directory: string): Plugin {
  const table = (entries: readonly (readonly [name: string, path: string])[]): string =>
    `{\n${entries.map(([name, path]) => `${JSON.stringify(name)}: () => require(${JSON.stringify(path)}),`).join('\n')}\n}`;
  return {
    name: 'validators',
    setup(build) {
      build.onLoad({ filter: /documents\/validator-modules\.js$/ }, () => ({
        contents: `
          const LIBRARY = ${table(LIBRARY.map((name) => [name, name]))};
          const VALIDATORS = ${table(readdirSync(directory).map((name) => [name, `${directory}${name}`]))};
          const fromLibrary = (name) => LIBRARY[name]();
          export const makeValidator = (name, duplicate) => VALIDATORS[name]?.()(fromLibrary, duplicate);`,
        resolveDir: directory,
      }));
    },
  };
}
