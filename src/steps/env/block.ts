/** Where a block of ours stands in a file, as offsets: from its first marker line through the newline of its last. */
export type FoundBlock =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly start: number; readonly end: number }
  | { readonly kind: 'broken'; readonly reason: string };

/** The lines that mark a block. */
function markers(name: string): { readonly begin: string; readonly end: string } {
  return { begin: `# BEGIN provision env ${name}`, end: `# END provision env ${name}` };
}

/** Finds the block of a name. `text` holds one character a byte (latin1), so that no byte is changed by reading. */
export function findBlock(text: string, name: string): FoundBlock {
  const { begin, end } = markers(name);
  const begins = linesOf(text, begin);
  const ends = linesOf(text, end);
  const [first] = begins;
  const [last] = ends;
  if (first === undefined && last === undefined) return { kind: 'none' };
  if (begins.length > 1 || ends.length > 1) return broken(`there are several lines "${begin}" or "${end}"`);
  if (first === undefined) return broken(`the line "${begin}" is missing`);
  if (last === undefined) return broken(`the line "${end}" is missing`);
  if (last.start < first.start) return broken(`the line "${end}" comes before "${begin}"`);
  return { kind: 'one', start: first.start, end: last.end };
}

/** The text with the block of a name replaced where it stands, or added at the end. */
export function withBlock(text: string, name: string, found: FoundBlock, content: string): string {
  const { begin, end } = markers(name);
  const block = `${begin}\n${content}${end}\n`;
  if (found.kind === 'one') return text.slice(0, found.start) + block + text.slice(found.end);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${block}`;
}

/** The text without the block. */
export function withoutBlock(text: string, found: FoundBlock): string {
  return found.kind === 'one' ? text.slice(0, found.start) + text.slice(found.end) : text;
}

function broken(reason: string): FoundBlock {
  return { kind: 'broken', reason };
}

/** All lines that are exactly this (a carriage return at the end is forgiven). */
function linesOf(text: string, line: string): readonly { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    if (text.slice(start, end).trimEnd() === line) found.push({ start, end });
    start = end;
  }
  return found;
}
