/**
 * Part of `npm run build`: puts the command line's 370 modules into a few files, as finding and opening each of them
 * takes longer than all else that a converged run does. The modules themselves stay in dist/ for programs.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const bundle = `${dist}bundle/`;

const { outputFiles } = await build({
  absWorkingDir: dist,
  entryPoints: ['cli/main.js'],
  outdir: dist,
  outbase: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Modules find schemas and validators relative to themselves: the pieces lie as deep as the modules did.
  chunkNames: 'bundle/[name]-[hash]',
  // These bring native parts, or are loaded only in the rare run that needs them.
  external: ['ssh2', 'ajv', 'ajv-formats', 'yauzl'],
  // For the CommonJS modules among the libraries.
  banner: {
    js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
  },
  logLevel: 'warning',
  write: false,
});

rmSync(bundle, { recursive: true, force: true });
mkdirSync(bundle);
// The entry comes last: until then the one of single modules is there.
const isEntry = (path: string): boolean => basename(dirname(path)) === 'cli';
for (const { path, contents } of outputFiles.sort(
  (a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)),
)) {
  writeFileSync(path, contents);
}
