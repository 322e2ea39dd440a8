import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { archiveTree } from '../../src/artifacts/archive-tree.ts';
import { readTar } from '../../src/artifacts/read-tar.ts';
import { contentDigest, listingDigest } from '../../src/artifacts/tree-listing.ts';
import type { PresentPath } from '../../src/engine/effect.ts';
import type { HostLook } from '../../src/engine/look.ts';
import type { View } from '../../src/engine/view.ts';
import { contentLook } from '../../src/looks/content.ts';
import { directoryLook } from '../../src/looks/directory.ts';
import { entriesLook } from '../../src/looks/entries.ts';
import { hashLook } from '../../src/looks/hash.ts';
import { linkLook } from '../../src/looks/link.ts';
import { statLook } from '../../src/looks/stat.ts';
import { type TreeState, treeLook } from '../../src/looks/tree.ts';
import { wantAbsent, wantDirectory, wantFile, wantLink } from '../../src/resources/path.ts';
import { joinShell, sh } from '../../src/shell/quote.ts';
import { CASES, samples } from '../support/arbitrary-text.ts';
import { carryOutAll, comparedAll } from '../support/compare-locally.ts';
import { distinct, fileName, rawFileName, shortened } from '../support/file-names.ts';
import { answers, type LocalShell, localShells, runScript } from '../support/local-shell.ts';
import { type TarMember, tarArchive } from '../support/tar-archive.ts';

/** Names of files as nobody would choose them, on a real file system. */
const { shells, close } = localShells();
const root = mkdtempSync(join(tmpdir(), 'names-'));
afterAll(() => {
  close();
  rmSync(root, { recursive: true, force: true });
}, 60_000);
let serial = 0;

function fresh(): string {
  serial += 1;
  const place = join(root, String(serial));
  mkdirSync(place);
  return place;
}

function names(count: number): { readonly seed: number; readonly values: readonly string[] } {
  const { seed, values } = samples(fileName, count);
  return { seed, values: distinct(values) };
}

/** As many as a large run asks at a time: shells take long for thousands. */
function inParts<Answer>(shell: LocalShell, looks: readonly HostLook<Answer>[]): readonly Answer[] {
  const parts = Array.from({ length: Math.ceil(looks.length / 100) }, (_, index) =>
    looks.slice(100 * index, 100 * index + 100),
  );
  return parts.flatMap((part) => answers(shell, part));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const raw = (place: string, bytes: Buffer): Buffer => Buffer.concat([Buffer.from(`${place}/`), bytes]);

describe.runIf(process.getuid?.() === 0).each(shells)('in $name', { timeout: 300_000 }, (shell) => {
  test(`names are looked at as what they are`, () => {
    const place = fresh();
    const { seed, values } = names(Math.ceil(CASES / 40));
    const kindOf = (index: number) => (['file', 'directory', 'link'] as const)[index % 3] as 'file';
    values.forEach((value, index) => {
      const path = join(place, value);
      if (kindOf(index) === 'file') writeFileSync(path, value);
      else if (kindOf(index) === ('directory' as string)) mkdirSync(path);
      else symlinkSync(value, path);
    });
    const paths = values.map((value) => `${place}/${value}`);
    const missing = values
      .map((value) => `${place}/${shortened(`x${value}`, 255)}`)
      .filter((path) => !paths.includes(path));
    const stats = inParts(shell, [...paths, ...missing].map(statLook)) as readonly PresentPath[];
    const contents = inParts(
      shell,
      paths.map((path) => contentLook(path)),
    );
    const hashes = inParts(shell, paths.map(hashLook));
    const links = inParts(shell, paths.map(linkLook));
    for (const [index, value] of values.entries()) {
      const why = `seed ${seed}: ${JSON.stringify(value)}`;
      const kind = kindOf(index);
      expect(stats[index]?.type, why).toBe(kind);
      const isFile = kind === 'file';
      expect(contents[index]?.sha256, why).toBe(isFile ? sha256(value) : undefined);
      expect(hashes[index]?.sha256, why).toBe(isFile ? sha256(value) : undefined);
      expect(stats[index]?.target, why).toBe(kind === ('link' as string) ? value : undefined);
      expect(links[index]?.target, why).toBe(kind === ('link' as string) ? value : undefined);
    }
    for (const state of stats.slice(paths.length)) expect(state.exists).toBe(false);
    expect(answers(shell, [entriesLook(place)])[0], `seed ${seed}`).toEqual([...values].sort());
  });

  test('files, directories and links are made, found right, and removed', () => {
    const place = fresh();
    const { seed, values } = names(Math.ceil(CASES / 400));
    const kinds = [
      (path: string, value: string) => (view: View) =>
        wantFile(view, { path, content: Buffer.from(value), mode: '0640' }),
      (path: string) => (view: View) => wantDirectory(view, { path, mode: '0750' }),
      (path: string, value: string) => (view: View) => wantLink(view, { path, target: value }),
    ];
    const wanted = values.map(
      (value, index) => kinds[index % 3]?.(`${place}/${value}`, value) as (view: View) => never,
    );
    const first = comparedAll(shell, wanted);
    for (const one of first) expect(one.changes).toHaveLength(1);
    expect(
      carryOutAll(
        shell,
        first.flatMap(({ actions }) => actions()),
      ),
      `seed ${seed}`,
    ).toEqual([]);
    expect(readdirSync(place).sort()).toEqual([...values].sort());
    values.forEach((value, index) => {
      const path = `${place}/${value}`;
      if (index % 3 === 0) expect(readFileSync(path, 'utf8')).toBe(value);
      else if (index % 3 === 1) expect(lstatSync(path).isDirectory()).toBe(true);
      else expect(readlinkSync(path)).toBe(value);
    });
    for (const one of comparedAll(shell, wanted)) expect(one.changes, `seed ${seed}`).toEqual([]);
    const gone = values.map((value) => (view: View) => wantAbsent(view, { path: `${place}/${value}` }));
    const last = comparedAll(shell, gone);
    expect(
      carryOutAll(
        shell,
        last.flatMap(({ actions }) => actions()),
      ),
    ).toEqual([]);
    expect(readdirSync(place)).toEqual([]);
  });

  // A shell takes the newlines at the end of what a command prints away.
  test('a directory whose name ends with newlines holds files, links and directories as any other', () => {
    const place = `${fresh()}/a\n\n`;
    mkdirSync(place);
    const wanted = [
      (view: View) => wantFile(view, { path: `${place}/f\n`, content: Buffer.from('x') }),
      (view: View) => wantLink(view, { path: `${place}/l\n`, target: '\n' }),
      (view: View) => wantDirectory(view, { path: `${place}/d\n` }),
    ];
    const made = comparedAll(shell, wanted).flatMap(({ actions }) => actions());
    expect(carryOutAll(shell, made)).toEqual([]);
    expect(readdirSync(place).sort()).toEqual(['d\n', 'f\n', 'l\n']);
    for (const one of comparedAll(shell, wanted)) expect(one.changes).toEqual([]);
  });

  test('names that are no UTF-8 are listed, each as another text, and removed with their directory', () => {
    const place = fresh();
    const { seed, values } = samples(rawFileName, 95);
    const all = distinct(values);
    for (const value of all) writeFileSync(raw(place, value), '');
    for (const look of [directoryLook(place), entriesLook(place)]) {
      const [answer] = answers(shell, [look as ReturnType<typeof entriesLook>]);
      const found = Array.isArray(answer) ? answer : (answer as unknown as { names: string[] }).names;
      expect(new Set(found).size, `seed ${seed}`).toBe(all.length);
      for (const one of found) expect(!/\p{Surrogate}|\ufffd/u.test(one)).toBe(true);
    }
    const [absent] = comparedAll(shell, [(view) => wantAbsent(view, { path: place, recursive: true })]);
    expect(carryOutAll(shell, absent?.actions() ?? [])).toEqual([]);
    expect(() => lstatSync(place)).toThrow();
  });

  test('a link to what is no UTF-8 is not taken for the link that is wanted', () => {
    const place = fresh();
    symlinkSync(Buffer.from('a\xffb', 'latin1'), join(place, 'l'));
    const like = ['a\ufffdb', 'aÿb'].map(
      (target) => (view: View) => wantLink(view, { path: `${place}/l`, target }),
    );
    for (const one of comparedAll(shell, like)) expect(one.changes).toHaveLength(1);
  });

  test('an archive of such names is unpacked and proven byte by byte', async () => {
    // Control characters in names of archives are refused.
    const { seed, values: any } = samples(rawFileName, Math.ceil(CASES / 50));
    const values = any.map((value) =>
      Buffer.from(value.map((byte) => (byte < 32 || byte === 127 ? 0xfe : byte))),
    );
    const all = distinct(values);
    // A directory for each of the first, so that none is in the way of another.
    const members = all.flatMap((value, index) => {
      const text = value.toString('latin1');
      const file = { name: `d${index % 7}/${text}`, content: text, mode: 0o640 };
      return index % 10 === 9 ? [{ ...file, type: '2', content: '', link: text.slice(0, 40) }] : [file];
    });
    const directories: readonly TarMember[] = Array.from({ length: 7 }, (_, index) => ({
      name: `d${index}/`,
      type: '5',
      mode: 0o755,
    }));
    const archive = tarArchive([{ name: './', type: '5', mode: 0o755 }, ...directories, ...members]);
    const place = fresh();
    writeFileSync(join(place, 'archive.tar'), archive);
    mkdirSync(join(place, 'new'));
    const unpacked = runScript(shell, joinShell([sh`cd ${place}; tar -xpf archive.tar -C new`]));
    expect(unpacked.code, `seed ${seed}: ${unpacked.stderr}`).toBe(0);
    const { entries } = await readTar(one(archive));
    const tree = archiveTree({ entries }, 0);
    const query = {
      path: `${place}/new`,
      owner: 'root',
      group: '',
      keep: [],
      passed: [],
      listing: listingDigest(tree, []),
    };
    const [state] = answers<TreeState>(shell, [treeLook({ ...query, contents: contentDigest(tree, []) })]);
    expect(state, `seed ${seed}`).toEqual({ exists: true });
  });
});

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
