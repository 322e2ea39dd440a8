import { writeAtomically } from '../controller/atomic-write.ts';
import { encryptAge, newIdentity } from '../secrets/age.ts';
import type { Opener } from '../secrets/opener.ts';
import type { Secret } from '../secrets/secret.ts';
import { askHidden } from './ask-hidden.ts';
import { BrokenOff } from './asking.ts';
import { EXIT } from './exit-code.ts';
import { createOpener, usualIdentity } from './open-secrets.ts';
import { readPasswordFile } from './password-file.ts';
import {
  isEncrypted,
  isTaken,
  type Lock,
  lockFor,
  lockText,
  openFile,
  readBytes,
  recipientWords,
  type SecretsArguments,
  write,
} from './secret-files.ts';
import { editSecret } from './secrets-edit.ts';
import { UsageError } from './usage.ts';

/** Carries out `provision secrets`; resolves with the exit code. */
export async function runSecrets(args: SecretsArguments): Promise<number> {
  try {
    return await perform(args);
  } catch (error) {
    // All questions come before the first file is written.
    throw error instanceof BrokenOff ? new BrokenOff('nothing was written') : error;
  }
}

async function perform(args: SecretsArguments): Promise<number> {
  if (args.action === 'keygen') return makeKey(args.output ?? usualIdentity());
  const opener = await createOpener(args.secrets);
  switch (args.action) {
    case 'edit':
      return editSecret(args.files[0]!, args, opener);
    case 'view':
      process.stdout.write(await openFile(args.files[0]!, args, opener).then(({ bytes }) => bytes));
      return EXIT.done;
    case 'encrypt':
      return encrypt(args);
    case 'decrypt':
      return decrypt(args, opener);
    case 'rekey':
      return rekey(args, opener);
  }
}

async function makeKey(file: string): Promise<number> {
  if (isTaken(file))
    throw new UsageError(
      `${file} is there already: a key is never overwritten`,
      'name another with --output',
    );
  const { identity, recipient } = await newIdentity();
  const text = `# recipient: ${recipient}\n${identity.reveal()}\n`;
  await writeAtomically(file, text);
  process.stderr.write(
    `The key is in ${file}: keep it, and a copy elsewhere. Others encrypt for its recipient:\n`,
  );
  process.stdout.write(`${recipient}\n`);
  process.stderr.write(`To encrypt for it: ${recipientWords(recipient)}\n`);
  return EXIT.done;
}

async function encrypt(args: SecretsArguments): Promise<number> {
  const plain = args.files.map((file) => ({ file, bytes: readBytes(file) }));
  for (const { file, bytes } of plain) {
    if (isEncrypted(bytes))
      throw new UsageError(`${file} is encrypted already`, 'provision secrets rekey changes for whom');
  }
  const passphrase = args.passphrase ? await newPassphrase(args) : undefined;
  const made: { file: string; text: string }[] = [];
  for (const { file, bytes } of plain) {
    const lock = passphrase === undefined ? await lockFor(file, args) : { passphrase };
    made.push({ file, text: await encryptAge(bytes, lock) });
  }
  // Nothing is written before all of it could be.
  for (const { file, text } of made) await write(args.output ?? file, text, file);
  return EXIT.done;
}

async function decrypt(args: SecretsArguments, opener: Opener): Promise<number> {
  const named = args.files.find((file) => file.endsWith('.age'));
  if (named !== undefined && args.output === undefined) {
    throw new UsageError(
      `${named} would no longer be what its name says`,
      'say where the text goes: --output FILE',
    );
  }
  const { output } = args;
  if (output !== undefined && output !== '-' && isTaken(output)) {
    throw new UsageError(`${output} is there already: it is not overwritten`, 'name another with --output');
  }
  const opened: { file: string; bytes: Uint8Array }[] = [];
  for (const file of args.files) opened.push({ file, bytes: (await openFile(file, args, opener)).bytes });
  for (const { file, bytes } of opened) await write(args.output ?? file, bytes, file);
  return EXIT.done;
}

/** All files are opened and encrypted anew before the first is replaced. */
async function rekey(args: SecretsArguments, opener: Opener): Promise<number> {
  const passphrase = args.passphrase ? await newPassphrase(args) : undefined;
  const made: { file: string; text: string; lock: Lock }[] = [];
  for (const file of args.files) {
    const { bytes } = await openFile(file, args, opener);
    const lock = passphrase === undefined ? await lockFor(file, args) : { passphrase };
    made.push({ file, lock, text: await encryptAge(bytes, lock) });
  }
  for (const { file, text, lock } of made) {
    await write(file, text, file);
    process.stderr.write(`${file}: ${lockText(lock)}\n`);
  }
  return EXIT.done;
}

async function newPassphrase({ secrets: { passphraseFile } }: SecretsArguments): Promise<Secret> {
  if (passphraseFile !== undefined) return readPasswordFile('--secrets-passphrase-file', passphraseFile);
  const first = await askHidden('New passphrase: ');
  const second = first === undefined ? undefined : await askHidden('Once more: ');
  if (first === undefined || second === undefined) {
    throw new UsageError('there is no terminal to ask for a passphrase', 'use --secrets-passphrase-file');
  }
  if (first.reveal() === '') throw new UsageError('the passphrase is empty');
  if (first.reveal() !== second.reveal())
    throw new UsageError('the two passphrases differ', 'nothing was written');
  return first;
}
