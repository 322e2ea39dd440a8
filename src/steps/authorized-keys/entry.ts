import { toBytes } from './bytes.ts';
import { endOfOptions, problemOfOptions } from './options.ts';
import { type PublicKey, problemOfKey, readKey } from './public-key.ts';
import type { KeyArg } from './schema.ts';

/** One key with everything that goes with it, a character for each byte (see bytes.ts). */
export interface Entry {
  readonly key: PublicKey;
  /** As in the line; empty for none. */
  readonly options: string;
  /** Undefined for a wanted entry that says nothing of it. */
  readonly comment: string | undefined;
}

/** A line of an authorized_keys file. */
export type Line =
  | { readonly kind: 'entry'; readonly text: string; readonly entry: Entry }
  /** Empty, or beginning with `#`. */
  | { readonly kind: 'comment'; readonly text: string }
  /** Nothing that is understood here, though sshd may. */
  | { readonly kind: 'other'; readonly text: string };

/** Reads a line as sshd does: a key, or options and a key. */
export function readLine(text: string): Line {
  const rest = text.replace(/^[ \t]+/, '');
  if (rest === '' || rest === '\r' || rest.startsWith('#')) return { kind: 'comment', text };
  const plain = readKeyAndComment(rest);
  if (plain !== undefined) return { kind: 'entry', text, entry: { ...plain, options: '' } };
  const end = endOfOptions(rest);
  const after = end < 0 ? undefined : readKeyAndComment(rest.slice(end).replace(/^[ \t]+/, ''));
  if (after === undefined) return { kind: 'other', text };
  return { kind: 'entry', text, entry: { ...after, options: rest.slice(0, end) } };
}

function readKeyAndComment(text: string): { key: PublicKey; comment: string } | undefined {
  const [, type = '', blob = '', comment = ''] =
    /^([^ \t]+)[ \t]+([^ \t]+)(?:[ \t]+(.*))?$/s.exec(text) ?? [];
  const key = readKey(type, blob);
  return key === undefined ? undefined : { key, comment: withoutBlanks(comment) };
}

/** Not `trimEnd`: to it the second byte of an "à" is a no-break space. */
function withoutBlanks(comment: string): string {
  return comment.replace(/[ \t\r]+$/, '');
}

/** The line for an entry. */
export function writeEntry({ options, key, comment }: Entry): string {
  return [options, key.type, key.blob, comment ?? ''].filter((part) => part !== '').join(' ');
}

/** A key as it stands in a playbook: the entry, or what is wrong with it. */
export function readWanted(arg: KeyArg): Entry | { readonly problem: string } {
  if (typeof arg !== 'string' && arg.options !== undefined) {
    const options = typeof arg.options === 'string' ? arg.options : arg.options.join(',');
    const wrong = options === '' ? undefined : problemOfOptions(options);
    if (wrong !== undefined) return { problem: wrong };
    return readWantedLine(arg.key, { options, comment: arg.comment });
  }
  return typeof arg === 'string'
    ? readWantedLine(arg, {})
    : readWantedLine(arg.key, { comment: arg.comment });
}

function readWantedLine(
  line: string,
  given: { readonly options?: string; readonly comment?: string | undefined },
): Entry | { readonly problem: string } {
  const text = line.trim();
  if (/[\n\r\0]/.test(text))
    return { problem: 'it has more than one line; give each key as an item of its own' };
  if (/^-----BEGIN|PRIVATE KEY/.test(text))
    return { problem: 'it is a private key; never put one into a playbook' };
  // What begins like a type of key is meant as one, known or not.
  const own = /^(ssh|ecdsa|sk)-\S+[ \t]/.test(text);
  const end = own ? 0 : endOfOptions(text);
  if (end < 0) return { problem: 'a quote in its options is not closed' };
  const [type = '', blob = '', ...words] = text
    .slice(end)
    .trim()
    .split(/[ \t]+/);
  const options = own ? '' : text.slice(0, end);
  if (blob === '') return { problem: 'it is no line of the form "[OPTIONS] TYPE KEY [COMMENT]"' };
  const wrong = (options === '' ? undefined : problemOfOptions(options)) ?? problemOfKey(type, blob);
  if (wrong !== undefined) return { problem: wrong };
  if (options !== '' && given.options !== undefined) {
    return { problem: 'it has options both in "key" and in "options"' };
  }
  const comment = given.comment?.trim() ?? (words.length === 0 ? undefined : words.join(' '));
  return {
    key: readKey(type, blob) as PublicKey,
    options: toBytes(given.options ?? options),
    comment: comment === undefined ? undefined : toBytes(comment),
  };
}
