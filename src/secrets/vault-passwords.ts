import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Diagnostic } from '../documents/diagnostic.ts';
import { fileProblem } from '../documents/file-problem.ts';
import { runProgram } from './run-program.ts';
import { Secret } from './secret.ts';
import type { VaultPassword } from './vault.ts';

/** A file that holds a password, or a program that prints it. */
export interface VaultSource {
  readonly id: string;
  readonly file: string;
}

export type ReadVaultPassword =
  | { readonly ok: true; readonly password: VaultPassword }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/** Milliseconds: it may ask the operator something. */
const PATIENCE = 5 * 60_000;

/**
 * Reads a password as Ansible does: a file that may be executed is run, and what it prints is the password. One whose
 * name ends with `-client` is told the vault id.
 */
export function readVaultPassword({ id, file }: VaultSource): ReadVaultPassword {
  try {
    const text = isProgram(file) ? printed(file, id) : readFileSync(file, 'utf8');
    if (text instanceof Error) return failed(text.message, file);
    if (text.trim() === '') return failed('the file of the vault password is empty', file);
    return { ok: true, password: { id, password: new Secret(text.trim()) } };
  } catch (error) {
    return { ok: false, diagnostic: fileProblem(error, file) };
  }
}

function isProgram(file: string): boolean {
  if (!statSync(file).isFile()) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function printed(file: string, id: string): string | Error {
  const isClient = /-client(?:\.\w+)?$/.test(basename(file));
  const path = file.includes('/') ? file : `./${file}`;
  const { error, status, stdout } = runProgram(path, isClient ? ['--vault-id', id] : [], {
    limit: PATIENCE,
    what: `${file}, which gives the vault password`,
  });
  if (error === 'ETIMEDOUT') return new Error('the program that gives the vault password took too long');
  if (error !== undefined) {
    return new Error(`the program that gives the vault password cannot be run (${error})`);
  }
  if (status !== 0) return new Error(`the program that gives the vault password ended with status ${status}`);
  return stdout;
}

function failed(message: string, file: string): ReadVaultPassword {
  const hint = 'a file that may be executed is run; one that may not is read';
  return { ok: false, diagnostic: { severity: 'error', code: 'vault-password', message, file, hint } };
}
