import { readFileSync, statSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';
import { fileProblem } from '../documents/file-problem.ts';
import { quote } from '../shell/quote.ts';
import { prepareKey } from './prepared-key.ts';
import { publicHalf } from './public-half.ts';

/** A private key ready for use, or why it is not and what to do. */
export type LoadedKey =
  | { readonly ok: true; readonly key: ParsedKey }
  | {
      readonly ok: false;
      readonly message: string;
      readonly hint?: string;
      /** It is a good key behind a passphrase: an agent may hold it. */
      readonly encrypted?: boolean;
      /** Of a key behind a passphrase: its public half, where it can be read. */
      readonly publicKey?: ParsedKey;
      /** There is no such file. */
      readonly missing?: boolean;
    };

/** Private keys by path, each read and parsed once for the whole run (parsing may block for a while). */
export class KeyRing {
  readonly #loaded = new Map<string, LoadedKey>();

  load(path: string): LoadedKey {
    const known = this.#loaded.get(path);
    if (known !== undefined) return known;
    const loaded = loadKey(path);
    this.#loaded.set(path, loaded);
    return loaded;
  }
}

function loadKey(path: string): LoadedKey {
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch (error) {
    const { code, message } = fileProblem(error, path);
    return {
      ok: false,
      message: `the private key ${path}: ${message.replace(/^.*?: /, '')}`,
      ...(code === 'file-not-found' ? { missing: true } : {}),
    };
  }
  const open = tooOpen(path);
  if (open !== undefined) {
    return {
      ok: false,
      message: `the private key ${path} can be read by others (mode ${open})`,
      hint: `chmod 600 ${quote(path)}`,
    };
  }
  return parse(content, path);
}

function parse(content: Buffer, path: string): LoadedKey {
  const parsed = ssh2.utils.parseKey(content) as ParsedKey | ParsedKey[] | Error;
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error) {
    const reason = key?.message ?? 'it holds no key';
    if (/no passphrase given/i.test(reason)) {
      return {
        ok: false,
        encrypted: true,
        ...known(content, path),
        message: `the private key ${path} is protected by a passphrase`,
        hint: `load it into an agent first: eval "$(ssh-agent)" && ssh-add ${quote(path)}`,
      };
    }
    return {
      ok: false,
      message: `the private key ${path} cannot be used: ${explain(reason)}`,
      hint: 'name a private key in OpenSSH, PEM or PuTTY format (ed25519, ECDSA or RSA)',
    };
  }
  if (!key.isPrivateKey()) {
    const hint = path.endsWith('.pub') ? `name the private one: ${path.slice(0, -4)}` : undefined;
    return {
      ok: false,
      message: `${path} is a public key, not a private one`,
      ...(hint === undefined ? {} : { hint }),
    };
  }
  return { ok: true, key: prepareKey(key) };
}

function known(content: Buffer, path: string): { readonly publicKey?: ParsedKey } {
  const key = publicHalf(content, path)?.key;
  return key === undefined ? {} : { publicKey: key };
}

function explain(reason: string): string {
  if (/^Unsupported key format/.test(reason)) return 'it is no private key';
  if (/Unsupported OpenSSH private key type: sk-/.test(reason))
    return 'hardware (FIDO) keys are not supported';
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** The mode when others than the owner can read the file; OpenSSH refuses such keys too. */
function tooOpen(path: string): string | undefined {
  const { mode, uid } = statSync(path);
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return undefined;
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
