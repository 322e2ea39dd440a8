import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Makes plain JavaScript of floor.ts and all that it uses, native parts included; returns the file to run. */
export async function bundleFloor(directory: string): Promise<string> {
  const outfile = join(directory, 'floor.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./floor.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    loader: { '.node': 'copy' },
    logLevel: 'warning',
  });
  return outfile;
}
