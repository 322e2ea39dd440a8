import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unpackPackages } from './debian-archive.ts';
import { LabError } from './errors.ts';
import { makeDirectory, readIfThere, writeWhole } from './files.ts';
import { withLock } from './lock.ts';
import { buildDirectory, cacheDirectory } from './paths.ts';
import { must } from './run.ts';

/** A Go toolchain archive laid out like the ones of go.dev: one directory `go`, named `goX.Y.Z.linux-ARCH.tar.gz`. */
export interface GoTarball {
  readonly path: string;
  /** Lower case hex. */
  readonly sha256: string;
  /** Without `go`: `1.19.8`. */
  readonly version: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly arch: string;
}

const SUITE = 'bookworm';
const SERIES = '1.19';
/** Raise this when the archive is made in another way. */
const BUILD_VERSION = 2;
/** All files carry this time, so that the same packages give the same archive: the first of 2023, UTC. */
const TIMESTAMP = '@1672531200';

/**
 * A real Go toolchain, made from Debian 12's packages and kept in the lab's cache. It runs from any directory. Takes
 * about two minutes the first time, and a running apt archive; needs root for nothing.
 */
export async function goTarball(): Promise<GoTarball> {
  const directory = join(cacheDirectory(), `go-${SUITE}-${SERIES}-${BUILD_VERSION}`);
  const read = async (): Promise<GoTarball | undefined> => {
    const text = await readIfThere(join(directory, 'tarball.json'));
    if (text === undefined) return undefined;
    const { file, ...facts } = JSON.parse(text) as Omit<GoTarball, 'path'> & { readonly file: string };
    return { path: join(directory, file), ...facts };
  };
  const kept = await read();
  if (kept !== undefined) return kept;
  return withLock(join(cacheDirectory(), 'locks', 'go-tarball'), async () => {
    const made = await read();
    if (made !== undefined) return made;
    await build(directory);
    return (await read())!;
  });
}

async function build(directory: string): Promise<void> {
  const work = buildDirectory('go');
  await rm(work, { recursive: true, force: true });
  try {
    const root = join(work, 'root');
    await makeDirectory(root);
    await unpackPackages(SUITE, [`golang-${SERIES}-go`, `golang-${SERIES}-src`], root, work);
    const tree = join(root, `usr/lib/go-${SERIES}`);
    await linkStatically(tree, work);
    const { version, arch } = await identify(tree);
    await writeWhole(join(tree, 'VERSION'), `go${version}`);
    const result = join(work, 'result');
    await makeDirectory(result);
    const file = `go${version}.linux-${arch}.tar.gz`;
    await pack(tree, join(result, file));
    const facts = { file, sha256: await sha256(join(result, file)), version, arch };
    await writeWhole(join(result, 'tarball.json'), `${JSON.stringify(facts, null, 2)}\n`);
    await rm(directory, { recursive: true, force: true });
    await rename(result, directory);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Debian links `go` with its own C library, so it would not run on an older Debian or on busybox; the archives of
 * go.dev are static. The toolchain builds its own command anew, without cgo.
 */
async function linkStatically(tree: string, work: string): Promise<void> {
  const built = join(work, 'go');
  const env = { CGO_ENABLED: '0', GOCACHE: join(work, 'cache'), GOPROXY: 'off', GOROOT: tree, HOME: work };
  await must([join(tree, 'bin/go'), 'build', '-trimpath', '-o', built, 'cmd/go'], { env });
  await rename(built, join(tree, 'bin/go'));
}

/** What the toolchain says of itself. */
async function identify(tree: string): Promise<{ readonly version: string; readonly arch: string }> {
  const told = await must([join(tree, 'bin/go'), 'version'], { env: { GOROOT: tree, HOME: '/nonexistent' } });
  const match = /^go version go([0-9.]+) linux\/([a-z0-9]+)$/m.exec(told);
  if (match === null)
    throw new LabError(`Debian's Go says "${told.trim()}", which is no version of a release`);
  return { version: match[1]!, arch: match[2]! };
}

/** Debian spreads the tree over /usr/lib and /usr/share and joins it by links: files are packed instead of links. */
async function pack(tree: string, file: string): Promise<void> {
  const archive = file.replace(/\.gz$/, '');
  await must([
    'tar',
    '--create',
    `--file=${archive}`,
    '--format=ustar',
    '--dereference',
    '--hard-dereference',
    '--sort=name',
    `--mtime=${TIMESTAMP}`,
    '--owner=root:0',
    '--group=root:0',
    '--numeric-owner',
    '--mode=u+rw,go+r,go-w',
    '--transform=s,^[.],go,',
    `--directory=${tree}`,
    '.',
  ]);
  await must(['gzip', '--no-name', archive]);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
