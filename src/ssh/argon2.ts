import * as crypto from 'node:crypto';
import { KeyFileError } from './key-file-error.ts';

/** How Argon2 (RFC 9106) makes a key of a passphrase. */
export interface Argon2Options {
  readonly kind: string;
  /** KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
}

/** As Node has it from 24.7 on (`crypto.argon2Sync`). */
type Argon2Sync = (
  kind: string,
  options: {
    readonly message: string;
    readonly nonce: Buffer;
    readonly parallelism: number;
    readonly tagLength: number;
    readonly memory: number;
    readonly passes: number;
  },
) => Buffer;

/** A file that asks for more than this (KiB, and KiB times passes) is none that somebody uses. */
const [MOST_MEMORY, MOST_WORK] = [4 * 1024 * 1024, 64 * 1024 * 1024];

const argon2Sync = (crypto as { readonly argon2Sync?: Argon2Sync }).argon2Sync;

/** @throws KeyFileError where this Node has no Argon2. */
export function requireArgon2(): Argon2Sync {
  if (argon2Sync !== undefined) return argon2Sync;
  throw new KeyFileError(
    'unsupported',
    `it is protected in the way of PuTTY 0.75 and newer (Argon2), which Node.js ${process.versions.node} cannot compute`,
  );
}

/** Whether the options are within what Argon2 takes, and what a computer does in bearable time. */
export function isArgon2({ kind, memory, passes, parallelism, salt }: Argon2Options): boolean {
  const counts = [memory, passes, parallelism].every((count) => Number.isInteger(count) && count >= 1);
  const bearable = memory <= MOST_MEMORY && memory * passes <= MOST_WORK;
  return (
    /^argon2(?:d|i|id)$/.test(kind) && counts && bearable && memory >= 8 * parallelism && salt.length >= 8
  );
}

/** @throws KeyFileError where this Node has no Argon2. */
export function argon2(options: Argon2Options, length: number, passphrase: string): Buffer {
  const { kind, salt, ...rest } = options;
  return requireArgon2()(kind, { ...rest, message: passphrase, nonce: salt, tagLength: length });
}
