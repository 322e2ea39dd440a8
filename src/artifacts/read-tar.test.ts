import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { paxMember, type TarMember, tarArchive } from '../../test/support/tar-archive.ts';
import { readTar } from './read-tar.ts';

/** In pieces of odd sizes, as a decompressor gives them. */
function read(archive: Buffer, piece = 333) {
  const pieces: Buffer[] = [];
  for (let at = 0; at < archive.length; at += piece) pieces.push(archive.subarray(at, at + piece));
  return readTar(Readable.from(pieces));
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('hex');

describe('a tar archive', () => {
  test('is read with names, modes, times, links and the hash of every file', async () => {
    const archive = tarArchive([
      { name: 'go/', type: '5', mode: 0o755 },
      { name: 'go/VERSION', content: 'go1.26.1', mode: 0o644, mtime: 1_700_000_000 },
      { name: 'go/bin', type: '2', link: '../bin' },
      { name: 'go/same', type: '1', link: 'go/VERSION' },
      { name: 'go/old', type: '\0', content: 'x'.repeat(1000) },
    ]);
    const { entries, tarSize, needsPax } = await read(archive);
    expect(entries).toMatchObject([
      { name: 'go/', type: 'directory', mode: 0o755, size: 0 },
      { name: 'go/VERSION', type: 'file', size: 8, mtime: 1_700_000_000, sha256: sha256('go1.26.1') },
      { name: 'go/bin', type: 'link', target: '../bin' },
      { name: 'go/same', type: 'hardlink', target: 'go/VERSION' },
      { name: 'go/old', type: 'file', size: 1000, sha256: sha256('x'.repeat(1000)) },
    ]);
    expect(tarSize).toBe(archive.length);
    expect(needsPax).toBe(false);
  });

  test('has names that are not UTF-8, byte for byte', async () => {
    const { entries } = await read(tarArchive([{ name: 'lat\xe9n' }]));
    expect(entries[0]?.name).toBe('lat\xe9n');
  });

  test('has long names in the way of GNU', async () => {
    const long = `${'d'.repeat(150)}/f`;
    const { entries } = await read(
      tarArchive([
        { name: '././@LongLink', type: 'L', content: `${long}\0`, magic: 'ustar  \0' },
        { name: '././@LongLink', type: 'K', content: `${long}2\0`, magic: 'ustar  \0' },
        { name: 'd', type: '2', link: 'short', magic: 'ustar  \0' },
      ]),
    );
    expect(entries).toMatchObject([{ name: long, type: 'link', target: `${long}2` }]);
  });

  test('has extended headers for the next member only', async () => {
    const { entries, needsPax } = await read(
      tarArchive([
        paxMember({ comment: 'deadbeef' }, 'g'),
        paxMember({ path: 'r\xc3\xa9sum\xe9', mtime: '1700000000.75', uid: '1' }),
        { name: 'x', content: 'a' },
        { name: 'plain' },
      ]),
    );
    expect(entries).toMatchObject([{ name: 'r\xc3\xa9sum\xe9', mtime: 1_700_000_000 }, { name: 'plain' }]);
    expect(needsPax).toBe(true);
  });

  test('does not need pax when its extended headers only add what tar passes over', async () => {
    const archive = tarArchive([paxMember({ atime: '5.5', mtime: '1600000000.25' }), { name: 'x' }]);
    expect((await read(archive)).needsPax).toBe(false);
  });
});

describe('a tar archive is refused', () => {
  const plain: TarMember = { name: 'a', content: 'hello' };
  const whole = tarArchive([plain]);
  test.each<[string, Buffer, RegExp]>([
    ['when it ends in a member', whole.subarray(0, 514), /cut off/],
    ['when it ends in a header', whole.subarray(0, 100), /cut off/],
    ['when it ends between members', tarArchive([plain], { end: false }), /no end mark/],
    ['when a header is damaged', Buffer.from(whole).fill('z', 3, 4), /wrong checksum/],
    ['when a number is none', tarArchive([{ ...plain, size: '00000x00005' }]), /no number/],
    ['when its kind is unknown', tarArchive([{ ...plain, magic: 'USTAR\0' }]), /magic word/],
    ['when it is sparse (GNU)', tarArchive([{ ...plain, type: 'S' }]), /sparse/],
    ['when it is sparse (pax)', tarArchive([paxMember({ 'GNU.sparse.major': '1' }), plain]), /sparse/],
    ['when a global header renames', tarArchive([paxMember({ path: 'b' }, 'g'), plain]), /global header/],
    ['when a record is unknown', tarArchive([paxMember({ 'X.evil': 'b' }), plain]), /not known/],
    [
      'when a record lies about its length',
      tarArchive([{ name: 'x', type: 'x', content: '99 path=b\n' }, plain]),
      /cannot be read/,
    ],
    ['when a link has content', tarArchive([{ ...plain, type: '2', link: 'x' }]), /read differently/],
    [
      'when a zero block stands in the middle',
      Buffer.concat([whole.subarray(0, 1024), Buffer.alloc(512), whole]),
      /zero block/,
    ],
  ])('%s', async (_, archive, reason) => {
    await expect(read(archive)).rejects.toThrow(reason);
  });
});
