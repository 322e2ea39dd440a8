import type { Plugin } from 'esbuild';

/**
 * Replaces modules that are costly to load, and not needed by most runs, by ones that load them when they are called.
 *
 * @param modules for each name the text of the module that takes its place; `load()` in it gives the real one.
 */
export function late(modules: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'late',
    setup(build) {
      const names = new RegExp(`^(${Object.keys(modules).join('|')})$`);
      build.onResolve({ filter: names }, async ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === 'real') return undefined;
        const real = await build.resolve(path, { resolveDir, kind, pluginData: 'real' });
        // One for each version that lies in node_modules.
        return { path: real.path, namespace: 'late', pluginData: { name: path, resolveDir } };
      });
      build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
        contents: `let real; const load = () => (real ??= require(${JSON.stringify(path)}));\n${modules[pluginData.name]}`,
        resolveDir: pluginData.resolveDir,
      }));
      build.onResolve({ filter: /.*/, namespace: 'late' }, ({ path, resolveDir, kind }) =>
        build.resolve(path, { resolveDir, kind, pluginData: 'real' }),
      );
    },
  };
}

/** Building its regular expressions takes 25 ms; yargs needs it for help only. */
const STRING_WIDTH = 'export default (...args) => load().default(...args);';

/** 8 ms; the real one explains what failed. */
const ASSERT = `
export const ok = (value, ...rest) => { if (!value) load().ok(value, ...rest); };
export const equal = (a, b, ...rest) => { if (a != b) load().equal(a, b, ...rest); };
export const strictEqual = (a, b, ...rest) => { if (!Object.is(a, b)) load().strictEqual(a, b, ...rest); };
export const notStrictEqual = (a, b, ...rest) => { if (Object.is(a, b)) load().notStrictEqual(a, b, ...rest); };`;

export const LATE_MODULES = { 'string-width': STRING_WIDTH, assert: ASSERT };
