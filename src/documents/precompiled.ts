import { createHash } from 'node:crypto';
import { findDuplicate } from './unique-items.ts';
import { makeValidator, type QuickCheck } from './validator-modules.ts';

export type { QuickCheck };

/** The name of a schema's validator: it follows its content, so that one of another schema is never found. */
export function validatorName(schema: object): string {
  return `${createHash('sha256').update(JSON.stringify(schema)).digest('hex').slice(0, 32)}.cjs`;
}

/**
 * The validator that the build made of this very schema (scripts/build-validators.ts), or undefined. Compiling a schema
 * takes 20 to 50 ms, and nearly all documents are valid: what is wrong is found out only about those that are not.
 */
export function quickCheck(schema: object, directory?: string): QuickCheck | undefined {
  return makeValidator(validatorName(schema), findDuplicate, directory);
}
