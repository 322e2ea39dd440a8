/** A member of a tar archive as a test wants it, hostile ones included. Names are bytes (latin1). */
export interface TarMember {
  readonly name: string;
  readonly type?: string;
  readonly content?: string;
  readonly link?: string;
  readonly mode?: number;
  readonly mtime?: number;
  /** Written into the header instead of the real size. */
  readonly size?: string;
  readonly magic?: string;
}

/** Packs members into a tar archive, exactly as given. */
export function tarArchive(members: readonly TarMember[], options: { readonly end?: boolean } = {}): Buffer {
  const blocks = members.flatMap((member) => {
    const content = Buffer.from(member.content ?? '', 'latin1');
    return [header(member, content.length), padded(content)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(options.end === false ? 0 : 1024)]);
}

/** An extended header for the member after it. */
export function paxMember(records: Readonly<Record<string, string>>, type = 'x'): TarMember {
  const content = Object.entries(records).map(([key, value]) => paxRecord(`${key}=${value}`));
  return { name: 'PaxHeaders/x', type, content: content.join('') };
}

function paxRecord(text: string): string {
  for (let length = text.length + 3; ; length += 1) {
    const record = `${length} ${text}\n`;
    if (record.length === length) return record;
  }
}

function header(member: TarMember, length: number): Buffer {
  const { name, type = '0', link = '', mode = 0o644, mtime = 1_600_000_000, magic = 'ustar\0' } = member;
  const block = Buffer.alloc(512);
  block.write(name, 0, 100, 'latin1');
  block.write(octal(mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(member.size ?? octal(length, 11), 124, 'latin1');
  block.write(octal(mtime, 11), 136, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(link, 157, 100, 'latin1');
  block.write(magic, 257, 'latin1');
  if (magic === 'ustar\0') block.write('00', 263, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
