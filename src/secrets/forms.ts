import { visible } from '../documents/visible.ts';

/** A secret or a line of one that is shorter is not looked for in texts: it would be found everywhere. */
export const SHORTEST = 4;
/** Lines of a long secret are short words more often than whole secrets are. */
const SHORTEST_LINE = 8;
/** Base64 of fewer bytes, cut at both ends, is no longer telling. */
const SHORTEST_INNER = 8;

/**
 * All the ways in which programs write a text: as it is, in base64 (alone, or somewhere in a longer text), for URLs, in
 * JSON, in hexadecimal digits, in a shell's quotes, for HTML, in either normal form of Unicode, as reports show what is
 * invisible; and, of several lines, each line.
 */
export function formsOf(text: string): ReadonlySet<string> {
  const forms = new Set<string>();
  const lines = text.split(/\r\n|\n|\r/);
  for (const line of lines.length > 1 ? lines : []) {
    if (line.trim().length >= SHORTEST_LINE) addForms(line.trim(), forms);
  }
  for (const spelling of new Set([text, text.trim(), text.normalize('NFC'), text.normalize('NFD')])) {
    addForms(spelling, forms);
  }
  return forms;
}

function addForms(text: string, forms: Set<string>): void {
  const bytes = Buffer.from(text, 'utf8');
  const url = encodeURI_(text);
  const strict = url.replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const json = JSON.stringify(text).slice(1, -1);
  const found = [
    text,
    visible(text),
    json,
    ascii(json),
    url,
    strict,
    strict.replaceAll('~', '%7E'),
    strict.replaceAll('%2F', '/'),
    ...[url, strict].map((one) => one.replaceAll('%20', '+')),
    ...[url, strict].map((one) => one.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    text.replaceAll("'", `'\\''`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll(/[^\w@%+=:,./-]/g, '\\$&'),
    text.replaceAll(/[\\"$`]/g, '\\$&'),
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    ...(bytes.length < SHORTEST_INNER ? [] : innerBase64(bytes)),
    ...(bytes.length === text.length ? [] : asBytes(bytes)),
    asNameOfLs(text),
  ];
  for (const form of found) if (form.length >= SHORTEST) forms.add(form);
}

/** JSON as programs write it that trust no character beyond ASCII. */
function ascii(json: string): string {
  return json.replaceAll(/[^\x00-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As GNU's ls and its like quote names: what cannot be printed stands in quotes of its own, `a'$'\303\251''b`. */
function asNameOfLs(text: string): string {
  const quoted = text.replaceAll(/[^\x20-\x7e]+/g, (run) => {
    const codes = [...Buffer.from(run, 'utf8')].map(
      (code) => CONTROL[code] ?? `\\${code.toString(8).padStart(3, '0')}`,
    );
    return `'$'${codes.join('')}''`;
  });
  // Behind the last there is nothing to quote.
  return quoted.endsWith("''") && !text.endsWith("'") ? quoted.slice(0, -2) : quoted;
}

const CONTROL: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r' };

/** Text beyond ASCII, one character a byte, or with the bytes escaped as shells, `ls` and Python do. */
function asBytes(bytes: Buffer): readonly string[] {
  const latin = bytes.toString('latin1');
  const escaped = (write: (code: number) => string): string =>
    latin.replaceAll(/[\x80-\xff]/g, (one) => write(one.charCodeAt(0)));
  return [latin, escaped((code) => `\\${code.toString(8)}`), escaped((code) => `\\x${code.toString(16)}`)];
}

/** Lone surrogates have no UTF-8 form. */
function encodeURI_(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'));
}

/** What the base64 of every longer text holds in which this one stands: it depends on the place modulo three. */
function innerBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    // Characters that bits of neighbours have part in are left out.
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor((all.length * 8) / 6);
    return [all.toString('base64').slice(start, end), all.toString('base64url').slice(start, end)];
  });
}
