import { chmodSync, existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { writeAtomically } from '../controller/atomic-write.ts';
import { fileProblem } from '../documents/file-problem.ts';
import { formatDiagnostics } from '../documents/format.ts';
import { isAge, recipientOf } from '../secrets/age.ts';
import type { Opened, Opener } from '../secrets/opener.ts';
import { RECIPIENTS_FILE, recipientsFor } from '../secrets/recipients.ts';
import type { Secret } from '../secrets/secret.ts';
import { isVault } from '../secrets/vault.ts';
import { quote } from '../shell/quote.ts';
import type { SecretArguments } from './host-arguments.ts';
import { identitiesOf } from './open-secrets.ts';
import type { SecretsAction } from './secrets.ts';
import { colorWanted } from './terminal.ts';
import { UsageError } from './usage.ts';

export interface SecretsArguments {
  readonly action: SecretsAction;
  readonly files: readonly string[];
  readonly recipients: readonly string[];
  /** Encrypt with a passphrase. */
  readonly passphrase: boolean;
  readonly secrets: SecretArguments;
  readonly color: boolean;
  /** `-` is standard output. */
  readonly output?: string;
}

/** What a file is, or will be, encrypted with. */
export type Lock = { readonly recipients: readonly string[] } | { readonly passphrase: Secret };

/** For people. */
export function lockText(lock: Lock): string {
  if ('passphrase' in lock) return 'with a passphrase';
  return lock.recipients.length === 1 ? 'for one key' : `for ${lock.recipients.length} keys`;
}

/** For whom a file is to be encrypted, as the command line or a file of recipients says. */
export async function lockFor(
  file: string,
  { recipients, secrets }: Pick<SecretsArguments, 'recipients' | 'secrets'>,
): Promise<Lock> {
  const found = await recipientsFor(file, recipients);
  if (found === 'none') {
    throw new UsageError(`nobody says for whom ${file} is to be encrypted`, await forWhomHint(secrets));
  }
  if (!found.ok) throw new UsageError(found.message, found.hint);
  return { recipients: found.recipients };
}

/** Who has just made a key has nobody else yet. */
async function forWhomHint(secrets: SecretArguments): Promise<string> {
  const [mine] = identitiesOf(secrets).identities;
  if (mine !== undefined) {
    const recipient = await recipientOf(mine);
    return `your own is ${recipient}: ${recipientWords(recipient)}`;
  }
  return `give --recipient age1…, or write one on each line of a file ${RECIPIENTS_FILE} beside it or above; provision secrets keygen makes a key`;
}

/** How files are encrypted for a recipient. */
export function recipientWords(recipient: string): string {
  return `--recipient ${recipient}, or echo ${recipient} >>${RECIPIENTS_FILE}`;
}

/**
 * With what a file that was opened is to be encrypted again. age does not tell for whom it was: where nobody says, only a
 * file that has one key, which must be ours, can be written again as it was.
 */
export async function lockAgain(
  file: string,
  opened: Extract<Opened, { ok: true }>,
  args: SecretsArguments,
): Promise<Lock> {
  if (args.recipients.length === 0 && opened.passphrase !== undefined)
    return { passphrase: opened.passphrase };
  if ((await recipientsFor(file, args.recipients)) !== 'none') return lockFor(file, args);
  const [identity, ...others] = identitiesOf(args.secrets).identities;
  if (opened.keys === 1 && identity !== undefined && others.length === 0) {
    return { recipients: [await recipientOf(identity)] };
  }
  return lockFor(file, args);
}

/** @throws UsageError with what is wrong. */
export async function openFile(
  file: string,
  { action, color }: Pick<SecretsArguments, 'action' | 'color'>,
  opener: Opener,
): Promise<Extract<Opened, { ok: true }>> {
  const bytes = readBytes(file);
  if (!isEncrypted(bytes))
    throw new UsageError(`${file} is not encrypted`, 'provision secrets encrypt does that');
  const opened = await opener.open(bytes, file);
  if (opened.ok) return opened;
  process.stderr.write(
    `${formatDiagnostics(opened.diagnostics, { color: colorWanted(process.stderr, !color) })}\n`,
  );
  throw new UsageError(`${file} could not be opened`, action === 'view' ? '' : 'nothing was written');
}

/** @throws UsageError where the file cannot be read. */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(
      `${file}: ${fileProblem(error, file).message}`,
      missing ? `provision secrets edit ${quote(file)} makes it` : '',
    );
  }
}

/** Whether a file is encrypted, by age or Ansible Vault, as its first bytes say. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return isAge(bytes) || isVault(Buffer.from(bytes.subarray(0, 200)).toString('latin1'));
}

/**
 * Replaces a file as a whole; it keeps the mode that `like` has. Of a symbolic link it replaces what the link names: the
 * plain text would stay there otherwise.
 */
export async function write(file: string, data: string | Uint8Array, like: string): Promise<void> {
  if (file === '-') {
    process.stdout.write(data);
    return;
  }
  const mode = existsSync(like) ? statSync(like).mode & 0o777 : undefined;
  const place = placeOf(file);
  await writeAtomically(place, data);
  // A decrypted file is nobody else's.
  if (mode !== undefined && typeof data === 'string') chmodSync(place, mode);
}

/** Whether something has this name, be it a link that leads nowhere. */
export function isTaken(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function placeOf(file: string): string {
  if (!isTaken(file)) return file;
  try {
    // Node's own way of following links may go round in circles for ever.
    const place = realpathSync.native(file);
    if (statSync(place).isFile()) return place;
  } catch (error) {
    throw new UsageError(`${file} is a link that leads nowhere: ${fileProblem(error, file).message}`);
  }
  throw new UsageError(`${file} is no regular file`, 'standard output is --output -');
}
