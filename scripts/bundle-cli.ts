/**
 * Part of `npm run build`: puts the command line's 370 modules and its libraries into one file, and keeps beside it what
 * V8 makes of it: finding, reading and compiling each of them takes longer than all else that a converged run does. The
 * modules themselves stay in dist/ for programs.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { LATE_MODULES, late } from './bundle/late.ts';
import { clientOnly } from './bundle/ssh2.ts';
import { withValidators } from './bundle/validators.ts';
import { warmUp } from './bundle/warm-up.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const bundle = `${dist}bundle/provision.cjs`;
const common = { bundle: true, platform: 'node', target: 'node20.19', logLevel: 'warning' } as const;

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
rmSync(`${dist}bundle`, { recursive: true, force: true });
mkdirSync(`${dist}bundle`);
await build({
  ...common,
  stdin: { contents: "import './cli/main.js';", resolveDir: dist },
  outfile: bundle,
  format: 'cjs',
  // Modules find schemas and the package's version relative to themselves: the bundle lies as deep as they do.
  define: { 'import.meta.url': 'BUNDLE_URL' },
  banner: { js: "const BUNDLE_URL = require('node:url').pathToFileURL(__filename).href;" },
  supported: { 'dynamic-import': false },
  // Half the text to read. Names stay: they are what a trace of a bug tells.
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [late(LATE_MODULES), clientOnly, withValidators(`${dist}validators/`)],
});
await warmUp(bundle);
// The entry comes last: until then the one of single modules is there.
await build({
  ...common,
  entryPoints: [fileURLToPath(new URL('./bundle/launcher.ts', import.meta.url))],
  outfile: `${dist}cli/main.js`,
  format: 'esm',
  define: { VERSION: JSON.stringify(version) },
});
