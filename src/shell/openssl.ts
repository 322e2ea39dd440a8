import { type Shell, sh } from './quote.ts';

/** The SHA-256 of no bytes: OpenSSL's program is tried with them before it is believed. */
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A pattern of `case` that what a program says of the hash of its empty input must match. */
export const HASH_OF_NOTHING: Shell = sh`${SHA256_OF_NOTHING}\\ *`;
