import { gzipSync } from 'node:zlib';
import { ArchiveError } from '../../src/artifacts/archive-entry.ts';
import { archiveTree, UnsafeArchive } from '../../src/artifacts/archive-tree.ts';
import { detectFormat, openTar } from '../../src/artifacts/decompress.ts';
import { readTar } from '../../src/artifacts/read-tar.ts';
import { readZip } from '../../src/artifacts/read-zip.ts';
import { paxMember, type TarMember, tarArchive } from '../support/tar-archive.ts';
import { put } from './folder.ts';
import type { Random } from './random.ts';
import type { FuzzTarget } from './target.ts';

const MEMBERS: readonly TarMember[] = [
  { name: 'go/', type: '5', mode: 0o755 },
  { name: 'go/VERSION', content: 'go1.26.1' },
  { name: 'go/bin', type: '2', link: '../go/pkg' },
  { name: 'go/same', type: '1', link: 'go/VERSION' },
  { name: '././@LongLink', type: 'L', content: `go/${'d'.repeat(200)}\0`, magic: 'ustar  \0' },
  paxMember({ path: 'go/r\xc3\xa9', mtime: '1700000000.75' }),
  { name: 'x', content: 'a'.repeat(600) },
];
const NAMES = [
  '/etc/passwd',
  '../x',
  'go/../../x',
  'go/bin/x',
  '',
  '.',
  './',
  '/',
  'a\nb',
  '\xff',
  'go',
  'go/VERSION/x',
  'x'.repeat(100),
];

/** A tar archive with right checksums, and members that nobody would pack. */
function tar(random: Random): Buffer {
  const members = Array.from({ length: random.below(8) }, (): TarMember => {
    const member = random.pick(MEMBERS);
    return {
      ...member,
      ...(random.below(3) === 0 ? { name: random.pick(NAMES) } : {}),
      ...(random.below(5) === 0 ? { link: random.pick(NAMES) } : {}),
      ...(random.below(5) === 0 ? { type: String.fromCharCode(random.below(128)) } : {}),
      ...(random.below(5) === 0 ? { mode: random.below(0o10000) } : {}),
      ...(random.below(6) === 0
        ? {
            size: random.pick([
              '77777777777',
              '00000000000',
              '00000001000',
              '\xff'.repeat(12),
              `\x80${'\0'.repeat(10)}\x10`,
              '-1',
              'x',
            ]),
          }
        : {}),
      ...(random.below(8) === 0 ? { content: `${random.below(40)} path=${random.pick(NAMES)}\n` } : {}),
    };
  });
  const packed = tarArchive([...members, ...(random.below(2) === 0 ? MEMBERS : [])], {
    end: random.below(5) > 0,
  });
  return random.below(3) === 0 ? gzipSync(packed, { level: 1 }) : packed;
}

/** A zip archive of one member that is stored as it is (APPNOTE 4.3). */
function zip(name: string, content: string): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(0x5a21_0000, 6);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name + content)]);
  const tail = Buffer.alloc(14);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x03', 'latin1'),
    common,
    tail,
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}

/** Archives that root would unpack on a host: refused, or a tree with every path in it. */
export const archives: FuzzTarget = {
  name: 'archives',
  corpus: [tarArchive(MEMBERS), gzipSync(tarArchive(MEMBERS), { level: 1 }), zip('go/VERSION', 'go1.26.1')],
  words: [
    'ustar\0',
    'ustar  \0',
    'PK\x03\x04',
    'PK\x01\x02',
    'PK\x05\x06',
    '\0'.repeat(512),
    '../',
    '/etc/',
    '30 mtime=1\n',
    '\x80',
    '0000755',
  ],
  shapes: [tar],
  async run(input, random) {
    const path = put('archives/a', input);
    try {
      const format = await detectFormat(path);
      // Those read by programs of their own cost a process each.
      if (format === 'tar.xz' || format === 'tar.zst') return;
      const entries = format === 'zip' ? await readZip(path) : (await readTar(openTar(path, format))).entries;
      for (const name of archiveTree({ entries }, random.below(3)).keys()) {
        if (/^\/|(?:^|\/)\.\.(?:\/|$)|[\x00-\x1f\x7f]/.test(name))
          throw new Error(`it would write to ${JSON.stringify(name)}`);
      }
    } catch (error) {
      if (!(error instanceof ArchiveError || error instanceof UnsafeArchive)) throw error;
      if (error.message === '') throw new Error('no reason');
    }
  },
};
