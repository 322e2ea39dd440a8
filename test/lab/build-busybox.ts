import { chmod, copyFile, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { authorize } from './build-debian.ts';
import { unpackPackages } from './debian-archive.ts';
import { LabError } from './errors.ts';
import { makeDirectory, writeWhole } from './files.ts';
import type { LoginKey } from './login-key.ts';
import { buildDirectory } from './paths.ts';
import type { BusyboxRecipe } from './recipe.ts';
import { must } from './run.ts';

const BUSYBOX = '/bin/busybox';
const DROPBEAR = '/usr/sbin/dropbear';

/** Directories of the root, with their modes; the merged layout (/bin a link) is left to bigger systems. */
const DIRECTORIES: Readonly<Record<string, number>> = {
  bin: 0o755,
  dev: 0o755,
  'etc/dropbear': 0o755,
  'etc/init.d': 0o755,
  home: 0o755,
  proc: 0o555,
  root: 0o700,
  run: 0o755,
  sbin: 0o755,
  sys: 0o555,
  tmp: 0o1777,
  'usr/bin': 0o755,
  'usr/sbin': 0o755,
  'usr/local': 0o755,
  'var/tmp': 0o1777,
};

/** Fills the empty directory `root` with a host of one static busybox and dropbear, and nothing more. */
export async function buildBusybox(root: string, recipe: BusyboxRecipe, key: LoginKey): Promise<void> {
  for (const [path, mode] of Object.entries(DIRECTORIES)) await makeDirectory(join(root, path), mode);
  const work = buildDirectory('busybox-packages');
  const unpacked = join(work, 'root');
  await rm(work, { recursive: true, force: true });
  await makeDirectory(unpacked);
  try {
    await unpackPackages(recipe.suite, recipe.packages, unpacked, work);
    const programs = [BUSYBOX, DROPBEAR, ...(await librariesOf(unpacked, DROPBEAR))];
    for (const file of programs) {
      await makeDirectory(join(root, dirname(file)));
      await copyFile(join(unpacked, file), join(root, file));
      await chmod(join(root, file), 0o755);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  await must(['chroot', root, BUSYBOX, '--install', '-s']);
  for (const [path, text] of Object.entries(recipe.files)) await writeWhole(join(root, path), text, 0o644);
  await chmod(join(root, 'etc/shadow'), 0o600);
  for (const script of await readdir(join(root, 'etc/init.d')))
    await chmod(join(root, 'etc/init.d', script), 0o755);
  await authorize(join(root, 'root'), 0, key);
}

/** The loader and the shared libraries of a program, asked of the loader itself: paths below `root`. */
async function librariesOf(root: string, program: string): Promise<readonly string[]> {
  const loader = await findLoader(root);
  const told = await must(['chroot', root, loader, '--list', program]);
  const libraries = [...told.matchAll(/=> (\/\S+)/g)].map((match) => match[1]!);
  return [loader, ...libraries.filter((library) => library !== loader)];
}

async function findLoader(root: string): Promise<string> {
  for (const directory of ['/lib64', '/lib']) {
    const names = await readdir(join(root, directory)).catch(() => []);
    const name = names.find((file) => /^ld-linux-.*\.so\.[0-9]+$/.test(file));
    if (name !== undefined) return join(directory, name);
  }
  throw new LabError(
    `the packages of the busybox host hold no dynamic loader for this machine (${process.arch})`,
  );
}
