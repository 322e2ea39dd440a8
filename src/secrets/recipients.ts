import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isRecipient } from './age.ts';

/** Names for whom files beside it, and below, are encrypted: a recipient (`age1…`) on each line, and comments. */
export const RECIPIENTS_FILE = '.provision-recipients';

export type Recipients =
  | { readonly ok: true; readonly recipients: readonly string[]; readonly from?: string }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/** Those that were given, else those of the nearest file of recipients; `none` when nobody says. */
export async function recipientsFor(file: string, given: readonly string[]): Promise<Recipients | 'none'> {
  if (given.length > 0) return checked(given, 'recipient');
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    const from = join(folder, RECIPIENTS_FILE);
    const text = readText(from);
    if (text !== undefined) {
      const lines = text
        .split('\n')
        .map((line) => line.replace(/#.*/, '').trim())
        .filter((line) => line !== '');
      if (lines.length === 0)
        return { ok: false, message: `${from} names nobody`, hint: 'write a recipient on each line: age1…' };
      const found = await checked(lines, from);
      return found.ok ? { ...found, from } : found;
    }
    if (folder === dirname(folder)) return 'none';
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function checked(recipients: readonly string[], where: string): Promise<Recipients> {
  for (const one of recipients) {
    if (/^AGE-SECRET-KEY/i.test(one)) {
      const message = `${where}: this is a secret key, not a recipient`;
      return {
        ok: false,
        message,
        hint: 'its recipient begins with age1; consider the key as seen by others',
      };
    }
    if (await isRecipient(one)) continue;
    const hint = one.startsWith('ssh-')
      ? 'SSH keys cannot be used: provision secrets keygen makes a key'
      : 'a recipient begins with age1, and age-keygen -y FILE prints that of a key';
    return { ok: false, message: `${where}: "${one.slice(0, 70)}" is no recipient`, hint };
  }
  return { ok: true, recipients: [...new Set(recipients)] };
}
