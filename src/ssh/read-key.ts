import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { ParsedKey } from 'ssh2';
import { visible } from '../documents/visible.ts';
import { KeyFileError } from './key-file-error.ts';
import { keyFromObject } from './key-object.ts';
import { parseKey } from './parse-key.ts';
import { prepareKey } from './prepared-key.ts';
import { isPuttyKey, readPuttyKey } from './putty-key.ts';

/** Characters of a reason. */
const LONGEST = 200;

/**
 * Reads a private key: OpenSSH's own format (PROTOCOL.key), PEM as PKCS#1, SEC1 or PKCS#8, or PuTTY's. One behind a passphrase
 * blocks for a third of a second or longer.
 *
 * @throws KeyFileError `passphrase` when it is missing or wrong.
 */
export function readPrivateKey(content: Buffer, passphrase?: string): ParsedKey {
  if (isPuttyKey(content)) return usable(readPuttyKey(content, passphrase));
  const label = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----/.exec(content.toString('latin1'))?.[1];
  if (label === undefined) throw new KeyFileError('broken', 'it is no private key');
  return label === 'OPENSSH PRIVATE KEY' ? readOpenSsh(content, passphrase) : readPem(content, passphrase);
}

function readOpenSsh(content: Buffer, passphrase: string | undefined): ParsedKey {
  const key = parseKey(content, passphrase);
  if (!(key instanceof Error)) {
    try {
      return prepareKey(key);
    } catch {
      throw new KeyFileError('broken', 'its numbers are no key');
    }
  }
  const { message } = key;
  if (/no passphrase given/i.test(message)) throw new KeyFileError('passphrase', 'it has a passphrase');
  if (/integrity check failed|bad passphrase/i.test(message) && passphrase !== undefined) {
    throw new KeyFileError('passphrase', 'the passphrase is wrong');
  }
  const kind = /^Unsupported/.test(message) ? 'unsupported' : 'broken';
  // It may quote what stands in the file.
  throw new KeyFileError(kind, visible(message.charAt(0).toLowerCase() + message.slice(1, LONGEST)));
}

function readPem(content: Buffer, passphrase: string | undefined): ParsedKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: content, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'ERR_MISSING_PASSPHRASE') throw new KeyFileError('passphrase', 'it has a passphrase');
    // What a wrong passphrase gives looks like anything.
    if (/ENCRYPTED/.test(content.toString('latin1'))) {
      throw new KeyFileError('passphrase', 'the passphrase is wrong');
    }
    throw new KeyFileError('broken', message);
  }
  return usable(key);
}

function usable(object: KeyObject): ParsedKey {
  const key = keyFromObject(object);
  if (key !== undefined) return key;
  const { asymmetricKeyType = 'unknown', asymmetricKeyDetails } = object;
  const curve = asymmetricKeyDetails?.namedCurve;
  const type = curve === undefined ? asymmetricKeyType : `${asymmetricKeyType} (${curve})`;
  throw new KeyFileError('unsupported', `keys of the type ${type} are not used for SSH`);
}
