import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackPackages } from './debian-archive.ts';
import { LabError } from './errors.ts';
import { makeDirectory } from './files.ts';
import type { Lab } from './lab.ts';
import { withLock } from './lock.ts';
import { buildDirectory, cacheDirectory } from './paths.ts';
import { must } from './run.ts';
import type { LabHost } from './types.ts';

/**
 * Gives a Debian host packages that its base has not: their files, without their dependencies; their scripts do not run. They
 * are kept in the lab's cache; the first time needs a running apt archive.
 */
export async function addPackages(lab: Lab, host: LabHost, packages: readonly string[]): Promise<void> {
  const stdin = await readFile(await packedPackages(host.distro, packages));
  // /bin and /lib are links to /usr.
  const ran = await lab.exec(host, 'tar -x --keep-directory-symlink -C / && ldconfig', { stdin });
  if (ran.code !== 0) throw new LabError(`${host.name} did not take ${packages.join(', ')}: ${ran.stderr}`);
}

/**
 * Gives a file of a Debian package for this machine, without installing it.
 *
 * @param file its name in the package.
 * @param into the directory that it is unpacked below.
 * @returns its path.
 */
export async function packageFile(name: string, file: string, into: string): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1];
  if (suite === undefined) throw new LabError('this machine does not tell its Debian suite');
  await must(['tar', '-x', `--file=${await packedPackages(suite, [name])}`, `--directory=${into}`, file]);
  return join(into, file);
}

async function packedPackages(suite: string, packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(JSON.stringify(packages)).digest('hex').slice(0, 12);
  const name = `packages-${suite}-${key}`;
  const kept = join(cacheDirectory(), `${name}.tar`);
  const isThere = (): Promise<boolean> =>
    stat(kept).then(
      () => true,
      () => false,
    );
  if (await isThere()) return kept;
  return withLock(join(cacheDirectory(), 'locks', name), async () => {
    if (await isThere()) return kept;
    const work = buildDirectory(name);
    await rm(work, { recursive: true, force: true });
    try {
      const root = join(work, 'root');
      await makeDirectory(root);
      await unpackPackages(suite, packages, root, work);
      await must([
        'tar',
        '-c',
        `--file=${join(work, 'all.tar')}`,
        `--directory=${root}`,
        ...(await readdir(root)),
      ]);
      await rename(join(work, 'all.tar'), kept);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return kept;
  });
}
