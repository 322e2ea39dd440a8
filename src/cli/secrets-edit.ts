import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { hasErrors } from '../documents/diagnostic.ts';
import { formatDiagnostics } from '../documents/format.ts';
import { encryptAge, isAge } from '../secrets/age.ts';
import type { Opener } from '../secrets/opener.ts';
import { editWith, makePrivateFolder } from '../secrets/private-file.ts';
import { quote } from '../shell/quote.ts';
import { askLine } from './ask-line.ts';
import { EXIT } from './exit-code.ts';
import {
  type Lock,
  lockAgain,
  lockFor,
  openFile,
  readBytes,
  type SecretsArguments,
  write,
} from './secret-files.ts';
import { colorWanted } from './terminal.ts';
import { UsageError } from './usage.ts';

/**
 * `provision secrets edit`: the text is in the editor's hands in a private folder, in memory where there is such a place,
 * and nowhere else; the file is replaced as a whole, and only when the text has changed.
 */
export async function editSecret(file: string, args: SecretsArguments, opener: Opener): Promise<number> {
  const { before, lock, encrypted } = await start(file, args, opener);
  const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
  const folder = makePrivateFolder();
  if (folder.onDisk) {
    say(`${folder.path} is on a disk, which may keep what is written there: there is no /dev/shm here`);
  }
  try {
    for (let bytes = before; ; ) {
      const edited = await editWith(editor, folder.path, basename(file).replace(/\.age$/, ''), bytes);
      if (!edited.ok) throw new UsageError(edited.reason, `${file} was not changed`);
      bytes = edited.bytes;
      if (Buffer.compare(bytes, before) === 0) {
        say(`${file} was not changed`);
        return EXIT.done;
      }
      const problems = problemsOf(bytes, file, opener, args.color);
      const answer = problems === undefined ? 'keep' : await whatNow(problems);
      if (answer === 'edit') continue;
      if (answer === 'discard') {
        say(`${file} was not changed`);
        return EXIT.error;
      }
      // Of what somebody else has written meanwhile, this text knows nothing.
      const overtaken = !isStill(file, encrypted);
      // What nobody could be asked about is lost by no means, and breaks no run either.
      const aside = answer === 'aside' || overtaken;
      const place = aside ? `${file}.edited` : file;
      await write(place, await encryptAge(bytes, lock), file);
      if (overtaken) {
        say(`${file} was changed by somebody else while it was edited here: theirs is kept`);
        say(`what was written is encrypted in ${place}`);
      } else if (aside) sayAside(place, file);
      return aside ? EXIT.error : EXIT.done;
    }
  } finally {
    folder.remove();
  }
}

interface Start {
  /** The text. */
  readonly before: Uint8Array;
  readonly lock: Lock;
  /** The file as it was opened; undefined when there was none. */
  readonly encrypted: Uint8Array | undefined;
}

async function start(file: string, args: SecretsArguments, opener: Opener): Promise<Start> {
  if (!existsSync(file)) {
    return { before: new Uint8Array(), lock: await lockFor(file, args), encrypted: undefined };
  }
  const written = readBytes(file);
  const opened = await openFile(file, args, opener);
  if (!isAge(written)) {
    throw new UsageError(
      `${file} is encrypted by Ansible Vault, which is only read here`,
      'edit it with ansible-vault edit; or provision secrets decrypt, then encrypt: from then on it is age',
    );
  }
  return { before: opened.bytes, lock: await lockAgain(file, opened, args), encrypted: written };
}

function isStill(file: string, encrypted: Uint8Array | undefined): boolean {
  if (!existsSync(file)) return encrypted === undefined;
  return encrypted !== undefined && Buffer.compare(readBytes(file), encrypted) === 0;
}

/** What is wrong with the text, where it is to be YAML; undefined when nothing is. */
function problemsOf(bytes: Uint8Array, file: string, opener: Opener, color: boolean): string | undefined {
  if (!/\.(?:ya?ml|json)(?:\.age)?(?:\.edited)*$/.test(file)) return undefined;
  const { diagnostics } = opener.parse(bytes, file, '.');
  if (!hasErrors(diagnostics)) return undefined;
  return formatDiagnostics(diagnostics, { color: colorWanted(process.stderr, !color) });
}

async function whatNow(problems: string): Promise<'edit' | 'keep' | 'discard' | 'aside'> {
  say(problems);
  for (;;) {
    const answer = await askLine('Edit again (e), keep it as it is (k), or discard what was written (d)? ');
    if (answer === undefined) return 'aside';
    const word = (['edit', 'keep', 'discard'] as const).find(
      (one) => answer !== '' && one.startsWith(answer),
    );
    if (word !== undefined) return word;
  }
}

function sayAside(place: string, file: string): void {
  say(`what was written is encrypted in ${place}; ${file} was not changed`);
  say(`to go on: provision secrets edit ${quote(place)}, then mv ${quote(place)} ${quote(file)}`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
