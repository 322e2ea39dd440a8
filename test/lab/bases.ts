import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBusybox } from './build-busybox.ts';
import { buildDebian } from './build-debian.ts';
import { isThere, makeDirectory } from './files.ts';
import { withLock } from './lock.ts';
import { loginKey } from './login-key.ts';
import { buildDirectory, cacheDirectory } from './paths.ts';
import { contentKey, recipeOf } from './recipe.ts';
import type { Distro } from './types.ts';

/**
 * The root directory that hosts of `distro` are laid over, built when the cache has none of its recipe. A base is
 * built beside its place and renamed into it, under a lock: one that is there is whole.
 */
export async function ensureBase(distro: Distro, say: (line: string) => void): Promise<string> {
  const recipe = recipeOf(distro);
  const key = await loginKey();
  const bases = join(cacheDirectory(), 'bases');
  const base = join(bases, `${distro}-${contentKey(recipe, key.publicLine)}`);
  if (await isThere(base)) return base;
  return withLock(join(cacheDirectory(), 'locks', `base-${distro}`), async () => {
    if (await isThere(base)) return base;
    say(`Building the base of ${distro}; this takes a minute, once …`);
    const beside = buildDirectory(distro);
    await rm(beside, { recursive: true, force: true });
    await makeDirectory(beside);
    if (recipe.kind === 'debian') await buildDebian(beside, recipe, key);
    else await buildBusybox(beside, recipe, key);
    await makeDirectory(bases);
    await rename(beside, base);
    await dropOldBases(bases, distro, base);
    return base;
  });
}

/** Bases of earlier recipes go, unless a host still stands on them. */
async function dropOldBases(bases: string, distro: Distro, current: string): Promise<void> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  for (const name of await readdir(bases)) {
    const base = join(bases, name);
    if (!name.startsWith(`${distro}-`) || base === current || mounts.includes(base)) continue;
    await rm(base, { recursive: true, force: true });
  }
}
