import type { Change } from '../../engine/change.ts';
import { cutText } from '../../secrets/cut-text.ts';
import { toReadable } from './bytes.ts';
import { type Entry, type Line, readLine, writeEntry } from './entry.ts';

export interface Wish {
  readonly path: string;
  readonly entries: readonly Entry[];
  readonly exclusive: boolean;
  readonly absent: boolean;
}

export interface Merged {
  readonly changes: readonly Change[];
  /** The whole new file, a character for each byte. */
  readonly text: string;
}

/**
 * The file as it is to be. For each wanted key there are exactly the wanted entries: another entry of the same
 * key, with other options, would let it in on other terms, and the first one counts. Everything else stays
 * where it is, unless the list is exclusive; comments and empty lines stay in any case.
 */
export function merge(text: string, wish: Wish): Merged {
  const lines = splitLines(text).map(readLine);
  const verdicts = new Map<number, string | undefined>();
  const appended: string[] = [];
  const changes: Change[] = [];
  for (const [id, wanted] of byKey(wish.entries)) {
    const had = lines.flatMap((line, index) =>
      line.kind === 'entry' && line.entry.key.blob === id ? [{ index, entry: line.entry }] : [],
    );
    const open = [...had];
    const unmet = wish.absent
      ? []
      : wanted.filter((entry) => take(open, (one) => same(one.entry, entry)) === undefined);
    for (const entry of unmet) {
      const instead = take(open, () => true);
      if (instead === undefined) {
        appended.push(writeEntry(entry));
        changes.push(created(wish.path, entry));
        continue;
      }
      const next = { ...entry, comment: entry.comment ?? instead.entry.comment };
      verdicts.set(instead.index, writeEntry(next));
      changes.push(...updated(wish.path, instead.entry, next));
    }
    for (const { index, entry } of open) {
      verdicts.set(index, undefined);
      changes.push(deleted(wish.path, entry));
    }
  }
  if (wish.exclusive && !wish.absent) {
    const ids = new Set(wish.entries.map(({ key }) => key.blob));
    for (const [index, line] of lines.entries()) {
      if (line.kind === 'comment' || (line.kind === 'entry' && ids.has(line.entry.key.blob))) continue;
      verdicts.set(index, undefined);
      changes.push(line.kind === 'entry' ? deleted(wish.path, line.entry) : dropped(wish.path, line, index));
    }
  }
  if (changes.length === 0) return { changes, text };
  const kept = lines.flatMap((line, index) => {
    if (!verdicts.has(index)) return [line.text];
    const instead = verdicts.get(index);
    return instead === undefined ? [] : [instead];
  });
  return { changes, text: [...kept, ...appended].map((line) => `${line}\n`).join('') };
}

function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Entries of one key together; what is said twice counts once. */
function byKey(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const keys = new Map<string, Entry[]>();
  for (const entry of entries) {
    const mine = keys.get(entry.key.blob) ?? [];
    keys.set(entry.key.blob, mine);
    if (!mine.some((one) => one.options === entry.options)) mine.push(entry);
  }
  return keys;
}

function same(there: Entry, wanted: Entry): boolean {
  if (there.options !== wanted.options) return false;
  return wanted.comment === undefined || there.comment === wanted.comment;
}

/** Takes the first item that fits out of the list. */
function take<Item>(items: Item[], fits: (item: Item) => boolean): Item | undefined {
  const at = items.findIndex(fits);
  return at < 0 ? undefined : items.splice(at, 1)[0];
}

function created(path: string, entry: Entry): Change {
  return { ...head(entry), action: 'create', after: details(path, entry) };
}

function deleted(path: string, entry: Entry): Change {
  return { ...head(entry), action: 'delete', before: details(path, entry) };
}

function updated(path: string, there: Entry, wanted: Entry): readonly Change[] {
  const base = { ...head(wanted), action: 'update' } as const;
  const { fingerprint } = wanted.key;
  const differ = (attribute: 'options' | 'comment'): readonly Change[] =>
    there[attribute] === wanted[attribute]
      ? []
      : [
          {
            ...base,
            attribute,
            before: { path, fingerprint, [attribute]: toReadable(there[attribute] ?? '') },
            after: { path, fingerprint, [attribute]: toReadable(wanted[attribute] ?? '') },
          },
        ];
  return [...differ('options'), ...differ('comment')];
}

/** A line that is understood by nobody here: it may be anything, so only its place is told. */
function dropped(path: string, line: Line, index: number): Change {
  const text = toReadable(line.text);
  const words = text.length > 60 ? `${cutText(text, 60)}…` : text;
  return {
    resource: 'authorized_keys line',
    target: `${path}:${index + 1}`,
    action: 'delete',
    before: words,
  };
}

function head(entry: Entry): { readonly resource: string; readonly target: string } {
  const { key, comment } = entry;
  const words = [key.type, `…${key.blob.replace(/=+$/, '').slice(-8)}`, toReadable(comment ?? '')];
  return { resource: 'authorized key', target: words.filter((word) => word !== '').join(' ') };
}

function details(path: string, { key, options }: Entry) {
  return { path, fingerprint: key.fingerprint, ...(options === '' ? {} : { options: toReadable(options) }) };
}
