import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { tarArchive } from '../../../test/support/tar-archive.ts';
import { firstLooks, viewWith } from '../../../test/support/view.ts';
import type { PathEffect, PresentPath } from '../../engine/effect.ts';
import type { Look } from '../../engine/look.ts';
import { Overlay } from '../../engine/overlay.ts';
import { type Archive, archiveLook, type WholeArchive, wholeArchiveLook } from '../../looks/archive.ts';
import { diskSpaceLook } from '../../looks/disk-space.ts';
import { hashLook } from '../../looks/hash.ts';
import { mountsLook } from '../../looks/mounts.ts';
import { statLook } from '../../looks/stat.ts';
import { toolLook } from '../../looks/tool.ts';
import { type TreeState, treeLook } from '../../looks/tree.ts';
import { compare } from './compare.ts';

const root = mkdtempSync(join(tmpdir(), 'extract-'));
const path = join(root, 'app.tar');
const DIRECTORY: PresentPath = {
  exists: true,
  type: 'directory',
  mode: '0755',
  owner: 'root',
  group: 'root',
  size: 4096,
  mtime: 0,
  identity: '1:2:4096:x:y',
};
const local = archiveLook(path, { strip: 0, keep: [], deep: false });
let archive: Archive;
let whole: WholeArchive;

beforeAll(async () => {
  vi.stubEnv('XDG_CACHE_HOME', root);
  const members = Array.from({ length: 80 }, (_, index) => ({ name: `f${index}`, content: 'x' }));
  writeFileSync(path, tarArchive(members));
  archive = (await local.load()) as Archive;
  whole = (await wholeArchiveLook(archive, 0).load()) as WholeArchive;
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

function known(state: TreeState, free = 1e9): readonly (readonly [Look<unknown>, unknown])[] {
  const scope = { owner: 'root', group: 'root', keep: [], passed: [] };
  return [
    [local, archive],
    [wholeArchiveLook(archive, 0), whole],
    [statLook('/opt/app'), state.exists ? DIRECTORY : { exists: false }],
    [statLook('/opt'), DIRECTORY],
    [treeLook({ path: '/opt/app', listing: archive.listing, ...scope }), state],
    [diskSpaceLook('/opt'), { available: free, mount: '/' }],
    [mountsLook('/opt/app'), []],
    [toolLook('tar'), true],
    [statLook('/opt/app.tar'), { ...DIRECTORY, type: 'file' }],
    [hashLook('/opt/app.tar'), { sha256: archive.sha256 }],
  ];
}

const args = { archive: path, dest: '/opt/app' };
const uploaded = (): PathEffect => ({
  type: 'path',
  path: '/opt/app.tar',
  state: { ...DIRECTORY, type: 'file' },
  sha256: archive.sha256,
  artifact: path,
});

describe('extract', () => {
  test('changes nothing when the host says that the tree is the same', () => {
    expect(compare(args, viewWith(known({ exists: true }))).changes).toEqual([]);
  });

  test('is one change where there is nothing yet, and brings every file for later steps', () => {
    const { changes, effects } = compare(args, viewWith(known({ exists: false })));
    expect(changes).toMatchObject([
      { resource: 'tree', target: '/opt/app', action: 'create', after: { files: 80 } },
    ]);
    const overlay = new Overlay();
    overlay.predict(effects);
    expect(overlay.path('/opt/app/f7')).toMatchObject({
      inTree: { state: { size: 1, owner: 'root', mode: '0644' } },
    });
    expect(overlay.path('/opt/app/none')).toEqual({ absent: true });
  });

  test('names fifty paths and counts the rest', () => {
    const listing = new Map([['.', { type: 'directory' as const, mode: 0o755 }]]);
    const { changes } = compare(args, viewWith(known({ exists: true, listing })));
    expect(changes).toHaveLength(51);
    expect(changes[0]).toMatchObject({ attribute: 'entries', before: '80 missing; the first 50 follow' });
  });

  test('knows the archive from an earlier upload', () => {
    const { changes } = compare(
      { src: '/opt/app.tar', dest: '/opt/app' },
      viewWith(known({ exists: false }), { predicted: [uploaded()] }),
    );
    expect(changes).toHaveLength(1);
  });

  test('asks the host before it says that nothing is known of the archive', () => {
    const unknown = { src: '/opt/app.tar', dest: '/opt/app' };
    expect(firstLooks((view) => compare(unknown, view))).toEqual(['stat:/opt/app.tar']);
    expect(() => compare(unknown, viewWith(known({ exists: false })))).toThrow(/not known on the controller/);
  });

  test('asks the controller first and alone', () => {
    expect(firstLooks((view) => compare(args, view))).toEqual([local.key]);
  });

  test('counts what earlier steps are going to write', () => {
    const state: TreeState = { exists: false };
    const free = 400_000;
    const promised = { type: 'answer' as const, key: 'space-promised:/', value: 100_000 };
    expect(compare(args, viewWith(known(state, free))).changes).toHaveLength(1);
    expect(() => compare(args, viewWith(known(state, free), { predicted: [promised] }))).toThrow(
      /No space left for \/opt\/app: needs 324 KiB, \/ has 391 KiB free, of which earlier steps need 98 KiB/,
    );
  });

  test('needs a directory of its own', () => {
    const answers = known({ exists: false }).map(([look, answer]) =>
      look.key === 'stat:/opt/app'
        ? ([look, { ...DIRECTORY, type: 'link', target: 'app-1' }] as const)
        : ([look, answer] as const),
    );
    expect(() => compare(args, viewWith(answers))).toThrow(
      /\/opt\/app is a link to app-1 on this host, not a directory/,
    );
  });
});
