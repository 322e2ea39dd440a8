import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { fileProblem } from '../documents/file-problem.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { ReadTag, TagReader } from '../documents/tags.ts';
import { type DocumentReader, type ParsedDocument, parseYamlDocument } from '../documents/yaml.ts';
import { quote } from '../shell/quote.ts';
import { type AgeKeys, type AgeLock, decryptAge, isAge, lockOf } from './age.ts';
import { keepSecrets } from './derived.ts';
import { noteWeak, secretTag } from './read-value.ts';
import { Secret } from './secret.ts';
import { SecretValue } from './secret-value.ts';
import { isVault, openVault, type VaultPassword } from './vault.ts';
import { sameAsHosts, unmaskable } from './weak.ts';

export interface OpenerOptions {
  /** Gives the keys of age files; asked when the first such file is met. */
  readonly identities: () => {
    readonly identities: readonly Secret[];
    readonly diagnostics: readonly Diagnostic[];
  };
  /** Gives the passphrase of a file that is locked with one; undefined when there is none. Asked again while it is wrong. */
  readonly passphrase: (file: string, attempt: number) => Promise<Secret | undefined>;
  /** Gives the passwords of Ansible Vault; asked when the first such file or value is met. */
  readonly vaultPasswords: () => {
    readonly passwords: readonly VaultPassword[];
    readonly diagnostics: readonly Diagnostic[];
  };
  /** Why values that stand elsewhere (`!secret`) are not read; absent when they are. */
  readonly unread?: string;
  /** When no program that gives a secret may be waited for any more, by the monotonic clock (`performance.now()`). */
  readonly ends?: number;
  /** Is told what people should know of a value that was just read. */
  readonly note?: (text: string) => void;
  /** What cannot be opened is left out, with a warning: nothing is done with the values. */
  readonly optional?: boolean;
}

/** A file that was opened, or why it was not. */
export type Opened =
  | {
      readonly ok: true;
      readonly bytes: Uint8Array;
      /** How many keys open it. */
      readonly keys?: number;
      /** What opened it, where that was a passphrase. */
      readonly passphrase?: Secret;
    }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads documents, encrypted ones too. Loading is synchronous and decrypting is not: what is met for the first time is
 * taken for empty and remembered, and `settle` loads once more when it has been opened.
 */
export class Opener {
  readonly #options: OpenerOptions;
  readonly #opened = new Map<string, Opened>();
  readonly #wanted = new Map<string, { readonly bytes: Uint8Array; readonly name: string }>();
  readonly #passphrases: Secret[] = [];
  /** Texts that were encrypted, by the name of their file. */
  readonly #secret = new Map<string, SourceDocument>();

  constructor(options: OpenerOptions) {
    this.#options = options;
  }

  readonly read: DocumentReader = (path, name) => {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      return { diagnostics: [fileProblem(error, name)] };
    }
    const text = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
    const plain = !isAge(bytes) && !isVault(text);
    if (plain && !path.endsWith('.age')) return this.parse(bytes, name, dirname(path));
    const opened =
      this.#opened.get(path) ??
      (plain ? notEncrypted(name) : isAge(bytes) ? undefined : this.#openVault(bytes, name));
    if (opened === undefined) {
      this.#wanted.set(path, { bytes, name });
      return { diagnostics: [] };
    }
    this.#opened.set(path, opened);
    if (!opened.ok)
      return { diagnostics: this.#options.optional ? opened.diagnostics.map(asWarning) : opened.diagnostics };
    return this.#parseSecret(opened.bytes, name, dirname(path));
  };

  /** Reads a text that is not encrypted, with the tags of secrets. `folder`: where paths in it begin. */
  parse(source: string | Uint8Array, name: string, folder: string): ParsedDocument {
    return parseYamlDocument(source, name, { readTag: this.#tagReader(folder, name) });
  }

  /** Loads, opens what was met, and loads again, until all is open. */
  async settle<Loaded>(load: (read: DocumentReader) => Loaded | Promise<Loaded>): Promise<Loaded> {
    for (;;) {
      const loaded = await load(this.read);
      const wanted = [...this.#wanted];
      this.#wanted.clear();
      if (wanted.length === 0) return loaded;
      // One after the other: they may ask for a passphrase.
      for (const [path, { bytes, name }] of wanted) this.#opened.set(path, await this.open(bytes, name));
    }
  }

  /** What is to be said of secrets of encrypted files that are the names of hosts too. */
  sameAsHosts(hosts: { has(name: string): boolean }): readonly Diagnostic[] {
    return [...this.#secret.values()].flatMap((document) => sameAsHosts(document, hosts));
  }

  /** Decrypts the bytes of an encrypted file. */
  async open(bytes: Uint8Array, name: string): Promise<Opened> {
    if (!isAge(bytes)) return this.#openVault(bytes, name);
    let lock: AgeLock;
    try {
      lock = await lockOf(bytes);
    } catch (error) {
      return damaged(name, error);
    }
    if (lock.kind === 'passphrase') return this.#openWithPassphrase(bytes, name);
    const { identities, diagnostics } = this.#options.identities();
    if (diagnostics.length > 0) return { ok: false, diagnostics };
    const opened = await decrypted(bytes, name, { identities, passphrases: [] });
    if (opened !== undefined) return opened.ok ? { ...opened, keys: lock.count } : opened;
    return refused(name, ...keyWords(identities.length, lock.count));
  }

  async #openWithPassphrase(bytes: Uint8Array, name: string): Promise<Opened> {
    const attempt = async (passphrase: Secret): Promise<Opened | undefined> => {
      const opened = await decrypted(bytes, name, { identities: [], passphrases: [passphrase] });
      return opened?.ok === true ? { ...opened, passphrase } : opened;
    };
    for (const passphrase of this.#passphrases) {
      const opened = await attempt(passphrase);
      if (opened !== undefined) return opened;
    }
    for (let nth = 1; ; nth += 1) {
      const passphrase = await this.#options.passphrase(name, nth);
      if (passphrase === undefined) {
        const message = nth === 1 ? 'the file is locked with a passphrase' : 'the passphrase is wrong';
        return refused(name, message, 'give it with --secrets-passphrase-file FILE, or at the terminal');
      }
      const opened = await attempt(passphrase);
      if (opened === undefined) continue;
      this.#passphrases.push(passphrase);
      return opened;
    }
  }

  #openVault(bytes: Uint8Array, name: string): Opened {
    const { passwords, diagnostics } = this.#options.vaultPasswords();
    if (diagnostics.length > 0) return { ok: false, diagnostics };
    const opened = openVault(Buffer.from(bytes).toString('latin1'), passwords);
    return opened.ok ? opened : refused(name, opened.reason, opened.hint);
  }

  #parseSecret(bytes: Uint8Array, name: string, folder: string): ParsedDocument {
    const parsed = parseYamlDocument(bytes, name, { secret: true, readTag: this.#tagReader(folder, name) });
    if (parsed.document === undefined) return parsed;
    keepSecrets(parsed.document.value);
    this.#secret.set(name, parsed.document);
    return { ...parsed, diagnostics: [...parsed.diagnostics, ...unmaskable(parsed.document)] };
  }

  #tagReader(folder: string, name: string): TagReader {
    return (tag, value, line) => {
      const place = `${name}:${line}`;
      const { unread, ends, note } = this.#options;
      if (tag === '!secret') {
        return secretTag(value, {
          folder,
          place,
          ...(unread === undefined ? {} : { unread }),
          ...(ends === undefined ? {} : { ends }),
          ...(note === undefined ? {} : { note }),
        });
      }
      return tag === '!vault' || tag === '!vault-encrypted' ? this.#vaultTag(value, place) : undefined;
    };
  }

  #vaultTag(value: unknown, place: string): ReadTag {
    if (typeof value !== 'string' || !isVault(value)) {
      return { ok: false, message: '!vault takes the text that ansible-vault encrypt_string has made' };
    }
    return {
      ok: true,
      value: new SecretValue(() => {
        const { passwords, diagnostics } = this.#options.vaultPasswords();
        const [problem] = diagnostics;
        const opened = openVault(value, passwords);
        if (opened.ok) {
          const secret = new Secret(opened.bytes.toString('utf8'));
          noteWeak(secret, place, this.#options.note);
          return { ok: true, secret };
        }
        const { reason, hint } =
          problem === undefined ? opened : { reason: problem.message, hint: problem.hint };
        return { ok: false, kind: 'invalid', reason, ...(hint === undefined ? {} : { hint }) };
      }),
    };
  }
}

function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: 'warning' };
}

/** Undefined when no key fits. */
async function decrypted(bytes: Uint8Array, name: string, keys: AgeKeys): Promise<Opened | undefined> {
  try {
    const opened = await decryptAge(bytes, keys);
    return opened === undefined ? undefined : { ok: true, bytes: opened };
  } catch (error) {
    return damaged(name, error);
  }
}

function damaged(name: string, error: unknown): Opened {
  const message = `the encrypted file is damaged: ${(error as Error).message}`;
  return refused(name, message, 'take it from a backup or from version control');
}

/** Who named it so takes its values for kept secret. */
function notEncrypted(name: string): Opened {
  return refused(
    name,
    'the name says age, but the file is not encrypted',
    `provision secrets encrypt ${quote(name)}`,
  );
}

function keyWords(identities: number, recipients: number): readonly [message: string, hint: string] {
  const others = recipients === 1 ? 'one key' : `${recipients} keys`;
  const message = `the file is encrypted for ${others}`;
  if (identities === 0) {
    return [
      `${message}, and there is none here`,
      'give one with --identity FILE, or PROVISION_IDENTITY=FILE',
    ];
  }
  const mine =
    identities === 1 ? 'the one here is not among them' : `none of the ${identities} here is among them`;
  return [
    `${message}, and ${mine}`,
    'give the right one with --identity, or have who can open the file add yours: provision secrets rekey',
  ];
}

function refused(file: string, message: string, hint?: string): Opened {
  const problem = { severity: 'error', code: 'encrypted', message, file } as const;
  return { ok: false, diagnostics: [{ ...problem, ...(hint === undefined ? {} : { hint }) }] };
}
