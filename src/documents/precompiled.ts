import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { findDuplicate } from './unique-items.ts';

const require = createRequire(import.meta.url);

/** Where the build puts them; run from source there are none. */
const BUILT = fileURLToPath(new URL('../validators/', import.meta.url));

/** Says whether a value is valid, nothing more. */
export type QuickCheck = (value: unknown) => boolean;

/** It is given what it calls, so that it finds the library wherever it lies itself. */
type ValidatorModule = (require: NodeJS.Require, duplicate: typeof findDuplicate) => QuickCheck;

/** The name of a schema's validator: it follows its content, so that one of another schema is never found. */
export function validatorName(schema: object): string {
  return `${createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32)}.cjs`;
}

/**
 * The validator that the build made of this very schema (scripts/build-validators.ts), or undefined. Compiling a schema
 * takes 20 to 50 ms, and nearly all documents are valid: what is wrong is found out only about those that are not.
 */
export function quickCheck(schema: object, directory = BUILT): QuickCheck | undefined {
  const file = `${directory}/${validatorName(schema)}`;
  if (!existsSync(file)) return undefined;
  return (require(file) as ValidatorModule)(require, findDuplicate);
}
