import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Makes plain JavaScript of floor.ts and all that it uses, native parts included; returns the file to run.
 *
 * @param entry another program to make it of.
 */
export async function bundleFloor(
  directory: string,
  entry: URL = new URL('./floor.ts', import.meta.url),
): Promise<string> {
  const outfile = join(directory, 'floor.cjs');
  await build({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    loader: { '.node': 'copy' },
    logLevel: 'warning',
  });
  return outfile;
}
