import { createDecipheriv, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import type { Secret } from './secret.ts';

/** How every file and value of Ansible Vault begins. */
const HEADER = '$ANSIBLE_VAULT;';

/** A password with the name that Ansible calls a vault id. */
export interface VaultPassword {
  readonly id: string;
  readonly password: Secret;
}

export type OpenedVault =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: string; readonly hint?: string };

/** Whether a text was encrypted by ansible-vault. */
export function isVault(text: string): boolean {
  return text.trimStart().startsWith(HEADER);
}

/**
 * Opens what `ansible-vault encrypt` or `encrypt_string` has made (formats 1.1 and 1.2: PBKDF2 with HMAC-SHA256 in
 * 10,000 rounds, AES-256 in counter mode, HMAC-SHA256 over the encrypted bytes). The passwords of its id are tried first.
 */
export function openVault(text: string, passwords: readonly VaultPassword[]): OpenedVault {
  const [header = '', ...lines] = text
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const [, version, cipher, id] = header.split(';');
  if (!['1.1', '1.2'].includes(version ?? '') || cipher !== 'AES256') {
    const hint = 'encrypt it anew with a newer ansible-vault, or with provision secrets encrypt';
    return { ok: false, reason: `only Ansible Vault 1.1 and 1.2 with AES256 can be read`, hint };
  }
  const parts = fromHex(lines.join(''))?.toString('latin1').split('\n').map(fromHex);
  const [salt, mac, encrypted] = parts ?? [];
  if (salt === undefined || mac?.length !== 32 || encrypted === undefined) {
    return { ok: false, reason: 'this Ansible Vault text is damaged' };
  }
  if (passwords.length === 0) {
    const hint = 'give its password: --vault-password-file FILE, or --ask-vault-pass';
    return { ok: false, reason: `it is encrypted by Ansible Vault${idText(id)}`, hint };
  }
  const matching = passwords.filter((one) => one.id === id);
  for (const { password } of [...matching, ...passwords.filter((one) => one.id !== id)]) {
    const bytes = open(password, salt, mac, encrypted);
    if (bytes !== undefined) return { ok: true, bytes };
  }
  const tried =
    passwords.length === 1 ? 'the password does' : `none of the ${passwords.length} passwords does`;
  return { ok: false, reason: `${tried} not fit this Ansible Vault text${idText(id)}` };
}

function idText(id: string | undefined): string {
  return id === undefined ? '' : ` (vault id "${id}")`;
}

function fromHex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function open(password: Secret, salt: Buffer, mac: Buffer, encrypted: Buffer): Buffer | undefined {
  const keys = pbkdf2Sync(password.reveal(), salt, 10_000, 80, 'sha256');
  const [key, macKey, counter] = [keys.subarray(0, 32), keys.subarray(32, 64), keys.subarray(64)];
  if (!timingSafeEqual(createHmac('sha256', macKey).update(encrypted).digest(), mac)) return undefined;
  const decipher = createDecipheriv('aes-256-ctr', key, counter);
  const padded = Buffer.concat([decipher.update(encrypted), decipher.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}
