import type { Diagnostic } from '../documents/diagnostic.ts';
import type { Secret } from '../secrets/secret.ts';
import { KeyFileError } from '../ssh/key-file-error.ts';
import type { LockedKey } from '../ssh/locked-key.ts';
import type { Targets } from '../ssh/target.ts';

/** As ssh-add(1) does. */
const MOST_TRIES = 3;

/**
 * Makes the keys ready that have a passphrase and will be needed: by what was given, else by asking once for each file. An
 * agent that holds a key makes this needless.
 *
 * @returns what is wrong; then no host can be logged in to.
 */
export async function unlockKeys(fleet: Targets): Promise<readonly Diagnostic[]> {
  const problems: Diagnostic[] = [];
  for (const key of await fleet.lockedKeys()) {
    try {
      if (key.hasPassphrase) key.key();
      else await askFor(key);
    } catch (error) {
      if (!(error instanceof KeyFileError)) throw error;
      const message = `the private key ${key.path} is protected by a passphrase: ${error.message}`;
      problems.push({ severity: 'error', code: 'private-key', message, hint: HINT });
    }
  }
  return problems;
}

const HINT =
  'load the key into an agent (ssh-add), or give its passphrase at the terminal, with --private-key-passphrase-file, in PROVISION_PRIVATE_KEY_PASSPHRASE or in ansible_ssh_private_key_passphrase';

async function askFor(key: LockedKey): Promise<void> {
  const { askHidden } = await import('./ask-hidden.ts');
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const again = tries === 0 ? '' : 'That is not it. ';
    const answer: Secret | undefined = await askHidden(`${again}Passphrase of ${key.path}: `);
    if (answer === undefined) throw new KeyFileError('passphrase', 'there is nobody to ask for it');
    if (answer.reveal() === '') throw new KeyFileError('passphrase', 'none was typed');
    if (key.unlock(answer)) return;
  }
  throw new KeyFileError('passphrase', 'its passphrase is wrong');
}
