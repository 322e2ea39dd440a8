import { readFileSync, statSync } from 'node:fs';
import type { ParsedKey } from 'ssh2';
import { fileProblem } from '../documents/file-problem.ts';
import { quote } from '../shell/quote.ts';
import { KeyFileError } from './key-file-error.ts';
import { LockedKey } from './locked-key.ts';
import { parseKey } from './parse-key.ts';
import { publicHalf } from './public-half.ts';
import { readPrivateKey } from './read-key.ts';

/** A private key ready for use, or why it is not and what to do. */
export type LoadedKey =
  | {
      readonly ok: true;
      readonly key: ParsedKey;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly hint?: string;
      /** It is a good key behind a passphrase: an agent may hold it, or somebody know it. */
      readonly locked?: LockedKey;
      /** It is the public half: an agent may hold the key. */
      readonly publicKey?: ParsedKey;
      /** There is no such file. */
      readonly missing?: boolean;
      /** It is a hardware (FIDO) key, which only OpenSSH itself can use. */
      readonly hardware?: boolean;
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

/** What uses the keys that cannot be used here. */
const BY_OPENSSH = "--transport openssh logs in with the system's ssh, which can use it";

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
  // Public halves may be read by anybody.
  if (open !== undefined && !isPublic(content)) {
    return {
      ok: false,
      message: `the private key ${path} can be read by others (mode ${open})`,
      hint: `chmod 600 ${quote(path)}`,
    };
  }
  return parse(content, path);
}

function parse(content: Buffer, path: string): LoadedKey {
  if (isPublic(content)) return publicFile(content, path);
  const half = publicHalf(content, path);
  if (half?.type.startsWith('sk-')) return hardwareKey(path, half.type);
  try {
    const key = readPrivateKey(content);
    return { ok: true, key };
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    if (error.kind === 'passphrase') {
      return {
        ok: false,
        locked: new LockedKey(path, content, half?.key),
        message: `the private key ${path} is protected by a passphrase`,
        hint: `give it with --private-key-passphrase-file, or load the key into an agent: eval "$(ssh-agent)" && ssh-add ${quote(path)}`,
      };
    }
    const putty = error.kind === 'unsupported' && content.toString('latin1', 0, 5) === 'PuTTY';
    return {
      ok: false,
      // An agent may hold it.
      ...(putty && half?.key !== undefined ? { publicKey: half.key } : {}),
      message: `the private key ${path} cannot be used: ${error.message}`,
      hint: putty
        ? `${/Argon2/.test(error.message) ? 'run with Node.js 24.7 or newer, or ' : ''}write it in another format: puttygen ${quote(path)} -O private-openssh -o ${quote(`${path.replace(/\.ppk$/, '')}.key`)}`
        : 'name a private key in OpenSSH, PEM or PuTTY format (ed25519, ECDSA or RSA)',
    };
  }
}

function hardwareKey(path: string, type: string): LoadedKey {
  return {
    ok: false,
    hardware: true,
    message: `the private key ${path} is a hardware (FIDO) key (${type}), which this transport cannot use`,
    hint: BY_OPENSSH,
  };
}

function isPublic(content: Buffer): boolean {
  return /^\s*(?:(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+|---- BEGIN SSH2 PUBLIC KEY)/.test(
    content.toString('latin1', 0, 200),
  );
}

function publicFile(content: Buffer, path: string): LoadedKey {
  const hardware = /^\s*(sk-\S+@openssh\.com) /.exec(content.toString('latin1', 0, 200))?.[1];
  if (hardware !== undefined && !hardware.includes('-cert-')) return hardwareKey(path, hardware);
  const kind = /^\s*\S+-cert-v\d+@openssh\.com /.test(content.toString('latin1', 0, 200))
    ? 'a certificate'
    : 'a public key';
  const hint = path.endsWith('.pub')
    ? `name the private one: ${path.replace(/(-cert)?\.pub$/, '')}`
    : undefined;
  const key = parseKey(content);
  return {
    ok: false,
    ...(key instanceof Error || /-cert-/.test(key.type) ? {} : { publicKey: key }),
    message: `${path} is ${kind}, not a private ${kind === 'a certificate' ? 'key' : 'one'}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** The mode when others than the owner can read the file; OpenSSH refuses such keys too. */
function tooOpen(path: string): string | undefined {
  const { mode, uid } = statSync(path);
  if (uid !== process.getuid?.() || (mode & 0o077) === 0) return undefined;
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
